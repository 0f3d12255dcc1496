/**
 * A task as a container that runs once; see providers/temporal.
 */
import { posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { defined } from "../../platform/defined.ts";
import type { Image } from "../../platform/images.ts";
import { labels } from "../../platform/labels.ts";
import type { LiveDirectory, Mount, Task } from "../../platform/workload.ts";
import type { TaskArgs } from "../../providers/temporal/sdk.ts";
import { prefixed } from "../names.ts";
import type { Secrets } from "../target.ts";
import { startWithFiles } from "./files.ts";
import { environmentValue, type TargetContext } from "./context.ts";

/** Arguments of the resource that runs a task. */
export function taskArgs(
  task: Task | OwnershipTask,
  context: TargetContext,
  secrets: Secrets,
): TaskArgs {
  const root = "runsAsRoot" in task;
  const { uid, gid } = task.image.user;
  const start = startWithFiles(
    task.publishes === undefined ? task : publishing(task, task.publishes),
  );
  return {
    ...defined({ host: context.choice.host }),
    name: prefixed(context.owner, task.name),
    image: task.image.reference,
    command: [...start.command],
    environment: Object.fromEntries(
      Object.entries(task.environment).map(([key, value]) => [
        key,
        pulumi.output(environmentValue(value, secrets)),
      ]),
    ),
    mounts: [
      ...task.mounts.map(({ volume, path }) => ({ name: volume.name, path })),
      ...(task.liveDirectories ?? []),
      ...(task.publishes === undefined ? [] : [{ ...task.publishes, path: publishedPath }]),
    ].map(({ name, path }) => ({ volume: prefixed(context.owner, name), path })),
    tmpfs: [...start.tmpfs],
    // It talks to nobody, and need not wait for the network.
    network: root ? "none" : context.network.name,
    user: root ? "0:0" : `${uid}:${gid}`,
    capabilitiesAdd: root ? ["CHOWN"] : [],
    memoryMiB: task.resources.memoryMiB,
    ...defined({ cpus: task.resources.cpus }),
    labels: { ...labels(context.owner, task.name) },
    timeoutSeconds: task.timeoutSeconds,
    interruption: task.interruption,
  };
}

/** Where a task that publishes a directory sees the volume. */
const publishedPath = "/published";

/**
 * The task, and after it a copy of its files into the volume from which the others read them; a rename, so that nobody reads half a file.
 */
function publishing(task: Task | OwnershipTask, { path }: LiveDirectory): Task {
  const copies = task.files
    .filter((file) => posix.dirname(file.path) === path)
    .map((file) => {
      const copy = `${publishedPath}/${posix.basename(file.path)}`;
      return ` && cp '${file.path}' '${copy}.new' && mv '${copy}.new' '${copy}'`;
    });
  return { ...task, command: ["/bin/sh", "-c", `"$@"${copies.join("")}`, "sh", ...task.command] };
}

/** The one task that needs root: a fresh volume belongs to it, and only it can give the volume away. */
export interface OwnershipTask extends Task {
  readonly runsAsRoot: true;
}

/**
 * Gives a volume to its owner, with an image that uses it, so that no other image is needed.
 */
export function ownershipTask(image: Image, mount: Mount): OwnershipTask {
  const { uid, gid } = mount.volume.owner;
  return {
    name: `${mount.volume.name}-owner`,
    image,
    command: ["chown", `${uid}:${gid}`, mount.path],
    environment: {},
    files: [],
    mounts: [mount],
    scratch: [],
    resources: { memoryMiB: 64 },
    timeoutSeconds: 60,
    interruption: "stop",
    runsAsRoot: true,
  };
}
