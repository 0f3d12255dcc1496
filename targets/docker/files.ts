/**
 * Files of a container on Docker.
 *
 * Docker copies nothing into a container whose root file system is read-only, a bind mount needs a path on the engine's own host, and
 * configs are Swarm's. So the files travel as arguments of a shell, which writes them to memory before it becomes the program: the same
 * on every engine and image, a changed file is a changed container, and a preview shows what changed.
 */
import { posix } from "node:path";
import type { ContainerUser } from "../../platform/images.ts";
import type { Command, ContainerSpec, File, Task } from "../../platform/workload.ts";

/** A container's start with its files in place. */
export interface Start<C extends Command = Command> {
  readonly command: C;
  /** Directories in memory: those of the files and the scratch directories. */
  readonly tmpfs: readonly string[];
}

/**
 * Options of a directory in memory that a user may write to.
 *
 * It belongs to the user, because its mode cannot be relied on: at a restart runc before 1.2 takes over the mode of the directory that it
 * made for the mount point at the first start, whatever the options say.
 */
export function tmpfsOptions(
  { uid, gid }: ContainerUser,
  holds: ContainerSpec["scratchHolds"] = "data",
): string {
  // The engine's own default is noexec.
  return `${holds === "programs" ? "exec," : ""}uid=${uid},gid=${gid},mode=0755`;
}

/** How a container with these files is started; without a shell, which its image may not have, when there are none. */
export function startWithFiles(spec: Task): Start<readonly string[]>;
export function startWithFiles(spec: ContainerSpec): Start;
export function startWithFiles({ name, command, files, scratch }: ContainerSpec): Start {
  if (files.length === 0) return { command, tmpfs: scratch };
  if ("kind" in command) {
    throw new Error(
      `${name} has files and the image's own entry point: on Docker, files need a command`,
    );
  }
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
