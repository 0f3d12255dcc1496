/**
 * Whether a Docker engine that a cluster names can be reached at all, and is one: one that is not must not keep the stack's other clusters from
 * being previewed.
 */
import type Docker from "dockerode";
import { dockerClient } from "../../clients/docker.ts";
import { whyUnsupported } from "../../clients/podman.ts";

/** How long an engine may take to answer, in milliseconds; enough for ssh. */
const timeoutMs = 10_000;

/**
 * Why an engine is out of reach or of no use, and what to do; undefined when it can be used.
 *
 * @param environment See {@link dockerClient}.
 */
export async function checkConnectivity(
  host: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const late = new Promise<string>((resolve) => {
    setTimeout(resolve, timeoutMs, `no answer in ${timeoutMs / 1000} s`).unref();
  });
  const answer = await Promise.race([ask(host, environment), late]);
  if (typeof answer === "object") return whyUnsupported(host, answer);
  return `the Docker engine at ${host} does not answer (${answer}): start it, or set target.host to another one`;
}

/** The engine's version, or why there is none. */
async function ask(
  ...where: Parameters<typeof dockerClient>
): Promise<Docker.DockerVersion | string> {
  try {
    return await dockerClient(...where).version();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
