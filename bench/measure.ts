/**
 * One measurement: a load on a subject, and what it cost.
 */
import { generate, type Load } from "./generator.ts";
import type { Counters } from "./meter.ts";
import type { Subject } from "./subjects/subject.ts";

/** Figures of one measurement. Times in milliseconds; processor time is that of all of the subject's containers. */
export interface Figures extends Record<string, number> {
  readonly workflowsPerSecond: number;
  readonly transitionsPerSecond: number;
  readonly startP50: number;
  readonly startP99: number;
  readonly completionP50: number;
  readonly completionP99: number;
  readonly queryP50: number;
  readonly queryP99: number;
  readonly processorPerWorkflow: number;
  readonly processorPerTransition: number;
  /** The load generator's own, which is not part of the above. */
  readonly generatorPerWorkflow: number;
  readonly memoryMiB: number;
  readonly failed: number;
}

/** Figures, and the processor time per workflow of each part. */
export interface Measurement {
  readonly figures: Figures;
  readonly parts: Readonly<Record<string, number>>;
}

/** Puts a load on a subject that runs. */
export async function measure(subject: Subject, address: string, load: Load): Promise<Measurement> {
  const { seen, before, after } = await generate(address, load, () => subject.counters());
  const transitions = after.stateTransitions - before.stateTransitions;
  const used = usedBetween(before, after);
  const processor = 1000 * Object.values(used).reduce((sum, seconds) => sum + seconds, 0);
  return {
    figures: {
      workflowsPerSecond: seen.completed / seen.seconds,
      transitionsPerSecond: transitions / seen.seconds,
      startP50: seen.start.p50,
      startP99: seen.start.p99,
      completionP50: seen.completion.p50,
      completionP99: seen.completion.p99,
      queryP50: seen.query.p50,
      queryP99: seen.query.p99,
      processorPerWorkflow: processor / seen.completed,
      processorPerTransition: processor / transitions,
      generatorPerWorkflow: (1000 * seen.processorSeconds) / seen.completed,
      memoryMiB: memoryOf(after),
      failed: seen.failed,
    },
    parts: Object.fromEntries(
      Object.entries(used).map(([part, seconds]) => [part, (1000 * seconds) / seen.completed]),
    ),
  };
}

/** Memory of all containers, in MiB. */
export function memoryOf({ containers }: Counters): number {
  return Object.values(containers).reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
}

/** Seconds of processor time by part. */
function usedBetween(before: Counters, after: Counters): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after.containers).map(([part, { processorSeconds }]) => [
      part,
      processorSeconds - (before.containers[part]?.processorSeconds ?? 0),
    ]),
  );
}
