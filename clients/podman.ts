/**
 * Engines that answer as Docker does and are not.
 */
import type Docker from "dockerode";

/**
 * Why the platform does not run on an engine, and what to do; undefined when it does.
 *
 * @param host Its address, as in DOCKER_HOST.
 * @param answer What it says of its version. Podman names itself among its parts (podman, pkg/api/handlers/compat/version.go).
 */
export function whyUnsupported(
  host: string,
  answer: Pick<Docker.DockerVersion, "Version"> & Partial<Pick<Docker.DockerVersion, "Components">>,
): string | undefined {
  const podman = answer.Components?.some(({ Name }) => Name === "Podman Engine") ?? false;
  if (!podman) return undefined;
  return `the engine at ${host} is Podman ${answer.Version}, on which the platform does not run: it refuses the owner of a directory in memory, and tells of containers otherwise than Docker (docs/decisions/0016-podman-is-refused.md); start a Docker engine, and name it by DOCKER_HOST or clusters[].target.host`;
}
