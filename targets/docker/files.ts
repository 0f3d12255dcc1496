/**
 * Files of a container on Docker.
 *
 * Docker copies nothing into a container whose root file system is read-only, a bind mount needs a path on the engine's own host, and
 * configs are Swarm's. So the files travel as arguments of a shell, which writes them to memory before it becomes the program: the same
 * on every engine and image, a changed file is a changed container, and a preview shows what changed.
 */
import { posix } from "node:path";
import type { ContainerUser } from "../../platform/images.ts";
import type { ContainerSpec, File } from "../../platform/workload.ts";

/** A container's start with its files in place. */
export interface Start {
  readonly command: readonly string[];
  /** Directories in memory: those of the files and the scratch directories. */
  readonly tmpfs: readonly string[];
}

/**
 * Options of a directory in memory that a user may write to.
 *
 * It belongs to the user, because its mode cannot be relied on: at a restart runc before 1.2 takes over the mode of the directory that it
 * made for the mount point at the first start, whatever the options say.
 */
export function tmpfsOptions({ uid, gid }: ContainerUser): string {
  return `uid=${uid},gid=${gid},mode=0755`;
}

/** How a container with these files is started. */
export function startWithFiles({ command, files, scratch }: ContainerSpec): Start {
  if (files.length === 0) return { command, tmpfs: scratch };
  const writes = files.map(({ path }) => `printf '%s' "$1" > '${path}' && shift && `);
  const directories = files.map(({ path }) => posix.dirname(path));
  return {
    command: [
      ...["/bin/sh", "-c", `${writes.join("")}exec "$@"`, "sh"],
      ...files.map(textOf),
      ...command,
    ],
    tmpfs: [...new Set([...scratch, ...directories])].sort(),
  };
}

function textOf({ path, content }: File): string {
  if (typeof content === "string") return content;
  throw new Error(`${path} is a secret: on Docker, files are text`);
}
