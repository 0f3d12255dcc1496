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
  /**
   * The subject's processor time as a multiple of the generator's. A machine that others share is faster at one moment than at another, for both
   * alike, so that this is what changes of one subject are compared by.
   */
  readonly relativeToGenerator: number;
  readonly memoryMiB: number;
  readonly failed: number;
}

/** A number for each part, such as `history`. */
export type ByPart = Readonly<Record<string, number>>;

/** Figures, and what of them is each part's. */
export interface Measurement {
  readonly figures: Figures;
  /** Processor time per workflow, in milliseconds. */
  readonly parts: ByPart;
  /** Memory at the end, in MiB. */
  readonly memory: ByPart;
}

/** Puts a load on a subject that runs. */
export async function measure(subject: Subject, address: string, load: Load): Promise<Measurement> {
  const { seen, before, after } = await generate(address, load, () => subject.counters());
  const transitions = after.stateTransitions - before.stateTransitions;
  const used = usedBetween(before, after);
  const processor = 1000 * total(used);
  const memory = memoryOf(after);
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
      relativeToGenerator: processor / (1000 * seen.processorSeconds),
      memoryMiB: total(memory),
      failed: seen.failed,
    },
    parts: Object.fromEntries(
      Object.entries(used).map(([part, seconds]) => [part, (1000 * seconds) / seen.completed]),
    ),
    memory,
  };
}

/** Memory of the parts, in MiB. */
export function memoryOf({ containers }: Counters): ByPart {
  return Object.fromEntries(
    Object.entries(containers).map(([part, { memoryMiB }]) => [part, memoryMiB]),
  );
}

/** All parts together. */
export function total(parts: ByPart): number {
  return Object.values(parts).reduce((sum, value) => sum + value, 0);
}

/** Seconds of processor time by part. */
export function usedBetween(before: Counters, after: Counters): ByPart {
  return Object.fromEntries(
    Object.entries(after.containers).map(([part, { processorSeconds }]) => [
      part,
      processorSeconds - (before.containers[part]?.processorSeconds ?? 0),
    ]),
  );
}
