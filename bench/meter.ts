/**
 * What containers use: processor time and memory from their cgroups, and the server's own count of state transitions.
 */
import type Docker from "dockerode";
import { z } from "zod";

/** What a container has used up to a moment. */
export interface Use {
  readonly processorSeconds: number;
  readonly memoryMiB: number;
}

/** Counters at a moment. */
export interface Counters {
  /** By the container's part in the subject, such as `history`. */
  readonly containers: Readonly<Record<string, Use>>;
  readonly stateTransitions: number;
}

/** What a container uses now. */
export async function useOf(docker: Docker, id: string): Promise<Use> {
  const stats = await docker.getContainer(id).stats({ stream: false, "one-shot": true });
  const { usage, stats: detail } = stats.memory_stats;
  // What `docker stats` leaves out, too: pages of files that the kernel may drop (cgroup v1 and v2 name it differently).
  const cache = z.object({ total_inactive_file: z.number() }).safeParse(detail);
  const droppable = cache.success ? cache.data.total_inactive_file : detail.inactive_file;
  return {
    processorSeconds: stats.cpu_stats.cpu_usage.total_usage / 1e9,
    memoryMiB: (usage - droppable) / 2 ** 20,
  };
}

/** State transitions that a process has counted (`state_transition_count`, recorded once each; temporal/service/history/workflow). */
export async function stateTransitions(metricsAddress: string): Promise<number> {
  const text = await (await fetch(`http://${metricsAddress}/metrics`)).text();
  const counts = text.matchAll(/^(?:\w+_)?state_transition_count_count(?:\{[^}]*\})? (\S+)$/gm);
  return [...counts].reduce((sum, [, value]) => sum + Number(value), 0);
}
