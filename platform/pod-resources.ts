/**
 * What a container may use, as Kubernetes writes it. Every container has requests and limits of memory and a request of processor time, so that
 * quotas on them can count it; a limit of processor time only where somebody wants one.
 */
import type { CpuLimits } from "./cluster.ts";
import type { Resources } from "./workload.ts";

/** Processor time that is set aside for a container of which nobody has said more, in cores. */
export const defaultCpuRequest = 0.1;

/** Limit of processor time of a container of which nobody has said more, where each must have one, in cores. */
export const defaultCpuLimit = 1;

/** Requests and limits of a container, as quantities such as `256Mi` and `100m`. */
export interface PodResources {
  readonly requests: { readonly memory: string; readonly cpu: string };
  readonly limits: { readonly memory: string; readonly cpu?: string };
}

/**
 * Requests and limits of a container. Memory is set aside in full, so that no node promises the same memory twice; processor time is what can be
 * shared.
 */
export function podResources(
  { memoryMiB, cpus, cpuRequest }: Resources,
  cpuLimits: CpuLimits,
): PodResources {
  const memory = `${memoryMiB}Mi`;
  const request = cpuRequest ?? Math.min(defaultCpuRequest, cpus ?? defaultCpuRequest);
  const limit = cpus ?? (cpuLimits === "required" ? Math.max(defaultCpuLimit, request) : undefined);
  return {
    requests: { memory, cpu: millicores(request) },
    limits: { memory, ...(limit === undefined ? {} : { cpu: millicores(limit) }) },
  };
}

function millicores(cores: number): string {
  return `${Math.round(cores * 1000)}m`;
}
