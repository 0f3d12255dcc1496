/**
 * How Go's runtime is told what a container has (go.dev, "A Guide to the Go Garbage Collector").
 */
import type { Resources } from "./workload.ts";

/** Share of a container's memory that the heap may fill before the garbage collector works harder; the rest is stacks and buffers. */
const heapShare = 0.8;

/**
 * How much the heap may grow, in percent of what is alive, before garbage is collected; Go's own default is 100. Half as many collections spare a
 * twentieth of the processor time for a quarter more memory; more than this spares little more (decision 0010).
 */
const garbagePercent = 200;

/**
 * Environment of a Go program in a container. GOMEMLIMIT keeps it below its limit where it would otherwise be ended by the kernel, and takes back
 * what GOGC allows it when memory is short.
 */
export function goRuntimeEnvironment({ memoryMiB }: Resources): Record<string, string> {
  return {
    GOGC: String(garbagePercent),
    GOMEMLIMIT: `${Math.floor(memoryMiB * heapShare)}MiB`,
  };
}
