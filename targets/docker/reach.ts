/**
 * Whether a Docker engine that a cluster names can be reached at all: one that cannot must not keep the stack's other clusters from being
 * previewed.
 */
import { dockerClient } from "../../clients/docker.ts";

/** How long an engine may take to answer, in milliseconds; enough for ssh. */
const patience = 10_000;

/**
 * Why an engine is out of reach, and what to do; undefined when it answers.
 *
 * @param environment See {@link dockerClient}.
 */
export async function whyOutOfReach(
  host: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const late = new Promise<string>((resolve) => {
    setTimeout(resolve, patience, `no answer in ${String(patience / 1000)} s`).unref();
  });
  const reason = await Promise.race([ping(host, environment), late]);
  if (reason === undefined) return undefined;
  return `the Docker engine at ${host} does not answer (${reason}): start it, or set target.host to another one`;
}

async function ping(...where: Parameters<typeof dockerClient>): Promise<string | undefined> {
  try {
    await dockerClient(...where).ping();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
