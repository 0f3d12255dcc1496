/**
 * A task as a container that runs once; see providers/temporal.
 */
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../../platform/images.ts";
import { labels } from "../../platform/labels.ts";
import type { ContainerSpec, Mount, Task, Workload } from "../../platform/workload.ts";
import type { TaskArgs } from "../../providers/temporal/sdk.ts";
import { prefixed } from "../names.ts";
import type { Secrets } from "../target.ts";
import { startWithFiles } from "./files.ts";
import { environmentValue, type Place } from "./place.ts";

/** Arguments of the resource that runs a task. */
export function taskArgs(task: Task | OwnershipTask, place: Place, secrets: Secrets): TaskArgs {
  const root = "runsAsRoot" in task;
  const { uid, gid } = task.image.user;
  const start = startWithFiles(task);
  return {
    ...(place.choice.host === undefined ? {} : { host: place.choice.host }),
    name: prefixed(place.owner, task.name),
    image: imageReference(task.image, place.registry),
    command: [...start.command],
    environment: Object.fromEntries(
      Object.entries(task.environment).map(([key, value]) => [
        key,
        pulumi.output(environmentValue(value, secrets)),
      ]),
    ),
    mounts: task.mounts.map(({ volume, path }) => ({
      volume: prefixed(place.owner, volume.name),
      path,
    })),
    tmpfs: [...start.tmpfs],
    // It talks to nobody, and need not wait for the network.
    network: root ? "none" : place.network.name,
    user: root ? "0:0" : `${String(uid)}:${String(gid)}`,
    capabilitiesAdd: root ? ["CHOWN"] : [],
    memoryMiB: task.resources.memoryMiB,
    labels: { ...labels(place.owner, task.name) },
    timeoutSeconds: task.timeoutSeconds,
    interruption: task.interruption,
  };
}

/** The one task that needs root: a fresh volume belongs to it, and only it can give the volume away. */
export interface OwnershipTask extends Task {
  readonly runsAsRoot: true;
}

/**
 * Gives a volume to its owner, with the workload's own image, so that no other image is needed.
 */
export function ownershipTask(workload: Workload, mount: Mount): OwnershipTask {
  const { uid, gid } = mount.volume.owner;
  const spec: ContainerSpec = {
    name: `${mount.volume.name}-owner`,
    image: workload.image,
    command: ["chown", `${String(uid)}:${String(gid)}`, mount.path],
    environment: {},
    files: [],
    mounts: [mount],
    scratch: [],
    resources: { memoryMiB: 64 },
  };
  return { ...spec, timeoutSeconds: 60, interruption: "stop", runsAsRoot: true };
}
