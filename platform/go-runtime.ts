/**
 * How Go's runtime is told what a container has (go.dev, "A Guide to the Go Garbage Collector").
 */
import type { Resources } from "./workload.ts";

/** Share of a container's memory that the heap may fill before the garbage collector works harder; the rest is stacks and buffers. */
const heapShare = 0.8;

/**
 * Environment of a Go program in a container: GOMEMLIMIT keeps it below its limit where it would otherwise be ended by the kernel. GOGC stays
 * as it is, because a larger one costs memory and spares no time that could be measured (decision 0010).
 */
export function goRuntimeEnvironment({ memoryMiB }: Resources): Record<string, string> {
  return { GOMEMLIMIT: `${String(Math.floor(memoryMiB * heapShare))}MiB` };
}
