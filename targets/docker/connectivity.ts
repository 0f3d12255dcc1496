/**
 * Whether a Docker engine that a cluster names can be reached at all, and is one: one that is not must not keep the stack's other clusters from
 * being previewed.
 */
import { probeEngine } from "../../clients/docker-probe.ts";

/**
 * Why an engine is out of reach or of no use, and what to do; undefined when it can be used.
 *
 * @param environment See {@link probeEngine}.
 */
export async function checkConnectivity(
  host: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const answer = await probeEngine(host, { environment });
  if (answer.kind === "answers") return answer.unsupported;
  return `the Docker engine at ${host} does not answer (${answer.reason}): start it, or set target.host to another one`;
}
