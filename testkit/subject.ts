/**
 * A cluster on a real target, as the contract sees it: what a target must be able to show and to suffer, in its own way.
 */
import type { TestStack } from "./stack.ts";

/** What runs, by workload: ids of containers or pods that are healthy. */
export type Running = Readonly<Record<string, readonly string[]>>;

/** A cluster under test; the stack has no other. */
export interface Subject {
  /** Name of the cluster. */
  readonly name: string;
  readonly stack: TestStack;
  /** The cluster's target, as the user writes it. */
  readonly target: object;
  /** Ids of the healthy replicas of every workload. */
  running(): Promise<Running>;
  /** Everything that the stack has on the target, by kind and name. */
  leftOvers(): Promise<readonly string[]>;
  /** Standard output of a command in a workload's first replica. */
  exec(workload: string, ...command: readonly string[]): Promise<string>;
  /** What a workload's replicas have written to standard output, in any order. */
  output(workload: string): Promise<string>;
  /** Kills the main process of a workload's first replica, without a warning. */
  kill(workload: string): Promise<void>;
  /** How often containers of the cluster, or of one workload, were started again by themselves. */
  restarts(workload?: string): Promise<number>;
  /** Takes all replicas of some workloads away at once, as an operator would who wants them made anew. */
  removeAll(workloads: readonly string[]): Promise<void>;
  /** Takes everything away, whatever a failed test left. */
  dispose(): Promise<void>;
}

/** The names of the workloads whose replicas are not the ones they were. */
export function rolled(before: Running, after: Running): string[] {
  return Object.keys(after)
    .filter((workload) => JSON.stringify(before[workload]) !== JSON.stringify(after[workload]))
    .sort();
}
