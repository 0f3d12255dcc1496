/**
 * Files of a container on Docker.
 *
 * Docker copies nothing into a container whose root file system is read-only, a bind mount needs a path on the engine's own host, and
 * configs are Swarm's. So the files travel in the environment, and a shell writes them to memory before it becomes the program: the same
 * on every engine and image, and a changed file is a changed container.
 */
import { posix } from "node:path";
import type { ContainerSpec } from "../../platform/workload.ts";

/** A container's start with its files in place. */
export interface Start {
  readonly command: readonly string[];
  /** What carries the files; goes on top of the container's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Directories in memory: those of the files and the scratch directories. */
  readonly tmpfs: readonly string[];
}

/** How a container with these files is started. */
export function startWithFiles({ command, files, scratch }: ContainerSpec): Start {
  if (files.length === 0) return { command, environment: {}, tmpfs: scratch };
  const variables = files.map((_, index) => `PLATFORM_FILE_${String(index)}`);
  const writes = files.map(
    ({ path }, index) => `printf '%s' "$${String(variables[index])}" > '${path}'`,
  );
  const script = [...writes, `unset ${variables.join(" ")}`, 'exec "$@"'].join(" && ");
  const directories = files.map(({ path }) => posix.dirname(path));
  return {
    command: ["/bin/sh", "-c", script, "sh", ...command],
    environment: Object.fromEntries(
      files.map(({ content }, index) => [String(variables[index]), content]),
    ),
    tmpfs: [...new Set([...scratch, ...directories])].sort(),
  };
}
