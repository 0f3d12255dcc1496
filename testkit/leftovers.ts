/**
 * What end-to-end tests leave on the Docker engine: found by the stack's label, and removed also after a run that was killed.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import Docker from "dockerode";
import { execa } from "execa";
import { labels, stackLabel } from "../platform/labels.ts";

/** Label that says which workload a container or pod belongs to. */
export const componentLabel =
  Object.keys(labels({ stack: "", cluster: "" }, "any")).find((key) =>
    key.endsWith("/component"),
  ) ?? "";

const prefix = "e2e";

/** A name that no other run has, so that what a killed one left behind is in nobody's way. */
export function uniqueName(what: string): string {
  return `${what}-${randomBytes(3).toString("hex")}`;
}

/** The name of a test's stack, which says which process may still need what carries it. */
export function testStackName(): string {
  return uniqueName(`${prefix}-${process.pid}`);
}

/** Removes the containers, volumes and networks of a stack. */
export async function removeLeftOvers(docker: Docker, stack: string): Promise<void> {
  const filters = { label: [`${stackLabel}=${stack}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { Name, Mountpoint } of (await docker.listVolumes({ filters })).Volumes) {
    // A test may have put a small disk there.
    const mounts = await readFile("/proc/self/mounts", "utf8").catch(() => "");
    if (mounts.includes(` ${Mountpoint} `)) await execa("umount", [Mountpoint]);
    await docker.getVolume(Name).remove();
  }
  for (const { Id } of await docker.listNetworks({ filters })) {
    await docker.getNetwork(Id).remove();
  }
}

/** Vitest's global setup: removes what runs left that were killed. */
export default async function removeAbandoned(): Promise<void> {
  const docker = new Docker();
  const filters = { label: [stackLabel] };
  const labelled = [
    ...(await docker.listContainers({ all: true, filters })),
    ...(await docker.listVolumes({ filters })).Volumes,
    ...(await docker.listNetworks({ filters })),
  ];
  const stacks = new Set(labelled.map(({ Labels }) => Labels?.[stackLabel] ?? ""));
  for (const stack of stacks) {
    if (isAbandoned(stack)) await removeLeftOvers(docker, stack);
  }
}

/** Whether a stack is a test's whose process is gone. */
export function isAbandoned(stack: string): boolean {
  const [, pid] = new RegExp(`^${prefix}-(\\d+)-`).exec(stack) ?? [];
  return pid !== undefined && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
