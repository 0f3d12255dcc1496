/**
 * What a stack on Docker uses while nobody uses it.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { stackLabel } from "../platform/labels.ts";
import { componentLabel } from "../testkit/leftovers.ts";
import { useOf } from "./meter.ts";

/** Time for the programs to come to rest, in milliseconds. */
const restMilliseconds = 60_000;

/** What one container uses. */
export interface IdleContainer {
  /** Workload and number, such as `history-0`. */
  readonly name: string;
  /** Processor time as a share of one core. */
  readonly share: number;
  readonly memoryMiB: number;
}

/** What a stack uses. */
export interface Idle {
  readonly containers: readonly IdleContainer[];
  /** Processor time of the whole machine, as a share of one core. */
  readonly machine: number;
}

/** Leaves a stack alone, and says what its containers have used in that time; memory is that of its end. */
export async function idleOf(docker: Docker, stack: string, idleSeconds: number): Promise<Idle> {
  console.log(`at rest for ${restMilliseconds / 1000} s, then idle for ${idleSeconds} s …`);
  await sleep(restMilliseconds);
  const found = await docker.listContainers({ filters: { label: [`${stackLabel}=${stack}`] } });
  const uses = (): Promise<{ processorSeconds: number; memoryMiB: number }[]> =>
    Promise.all(found.map(({ Id }) => useOf(docker, Id)));
  const before = await uses();
  const machine = await machineUse(idleSeconds);
  const after = await uses();
  return {
    machine,
    containers: found.map((container, index) => ({
      name: nameOf(container),
      share:
        ((after[index]?.processorSeconds ?? NaN) - (before[index]?.processorSeconds ?? NaN)) /
        idleSeconds,
      memoryMiB: after[index]?.memoryMiB ?? NaN,
    })),
  };
}

/** Several containers together. */
export function together(containers: readonly IdleContainer[]): Omit<IdleContainer, "name"> {
  return {
    share: containers.reduce((sum, { share }) => sum + share, 0),
    memoryMiB: containers.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
  };
}

/** What comes after the names of the platform and the cluster. */
function nameOf({ Names, Labels }: Docker.ContainerInfo): string {
  const [name = ""] = Names;
  const workload = Labels[componentLabel] ?? "";
  return name.slice(name.lastIndexOf(workload));
}

/** Processor time of the whole machine in some seconds, as a share of one core. */
export async function machineUse(overSeconds: number): Promise<number> {
  const before = await machineSeconds();
  await sleep(overSeconds * 1000);
  return ((await machineSeconds()) - before) / overSeconds;
}

/** Processor time that the whole machine has used up to now, in seconds (proc(5), /proc/stat; in hundredths of a second). */
export async function machineSeconds(): Promise<number> {
  const [, user, nice, system, , , irq, softirq] =
    (await readFile("/proc/stat", "utf8")).split("\n", 1)[0]?.split(/\s+/).map(Number) ?? [];
  return ((user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0)) / 100;
}
