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

/**
 * What a container uses now, from what `cat` prints of the files of its cgroup: `cpu.stat`, `memory.stat` and `memory.current`, or their
 * likes of version 1, `cpuacct.usage`, `memory.stat` and `memory.usage_in_bytes`.
 */
export function useFromCgroup(text: string): Use {
  const number = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const microseconds = number(/^usage_usec (\d+)$/m);
  const nanoseconds = number(/^(\d+)\n/);
  const droppable = number(/^total_inactive_file (\d+)$/m) ?? number(/^inactive_file (\d+)$/m);
  const usage = number(/\n(\d+)\s*$/);
  if ((microseconds ?? nanoseconds) === undefined || droppable === undefined || usage === undefined)
    throw new Error(`not the files of a container's cgroup: ${text.slice(0, 200)}`);
  return {
    processorSeconds: microseconds === undefined ? (nanoseconds ?? NaN) / 1e9 : microseconds / 1e6,
    memoryMiB: (usage - droppable) / 2 ** 20,
  };
}

/**
 * State transitions that processes have counted, from the text of their metrics (`state_transition_count`, recorded once each;
 * temporal/service/history/workflow).
 */
export function stateTransitions(metrics: string): number {
  return counted(metrics, "state_transition_count_count");
}

/** Histories that processes have written to the archive since their start, from the text of their metrics (temporal/common/archiver/s3store). */
export function archivedHistories(metrics: string): number {
  return counted(metrics, "history_archiver_archive_success");
}

/** A counter over all its labels, with the prefix that a metrics framework may put before its name. */
function counted(metrics: string, name: string): number {
  const counts = metrics.matchAll(
    new RegExp(String.raw`^(?:\w+_)?${name}(?:\{[^}]*\})? (\S+)$`, "gm"),
  );
  return [...counts].reduce((sum, [, value]) => sum + Number(value), 0);
}
