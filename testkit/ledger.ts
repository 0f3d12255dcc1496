/**
 * What activities did, told by themselves and not by the server: the worker runs in this process and writes down every execution.
 */

/** An execution of an activity. */
export interface Effect {
  readonly workflowId: string;
  readonly activityId: string;
  readonly attempt: number;
  readonly outcome: "done" | "failed";
}

const effects: Effect[] = [];

/** Writes an execution down. */
export function enter(effect: Effect): void {
  effects.push(effect);
}

/** What the ledger says of some workflows. */
export interface Audit {
  /** Activities that were done. */
  readonly activities: number;
  /** Times that an activity was done again, because nobody knew that it had been: its answer was lost. */
  readonly repetitions: number;
  /**
   * What must not be: an attempt that was executed twice (at-least-once delivery gives every execution an attempt of its own), or an activity
   * of a completed workflow that was never done.
   */
  readonly faults: readonly string[];
}

/**
 * Audits the workflows whose id begins with a prefix.
 *
 * @param expected Number of different activities that each completed workflow has.
 */
export function audit(prefix: string, completed: readonly string[], expected: number): Audit {
  const own = effects.filter(({ workflowId }) => workflowId.startsWith(prefix));
  const faults: string[] = [];
  const attempts = Map.groupBy(own, ({ workflowId, activityId, attempt }) =>
    [workflowId, activityId, String(attempt)].join(" "),
  );
  for (const [attempt, executions] of attempts) {
    if (executions.length > 1) faults.push(`${attempt} was executed ${executions.length} times`);
  }
  const done = new Set(
    own
      .filter(({ outcome }) => outcome === "done")
      .map(({ workflowId, activityId }) => `${workflowId} ${activityId}`),
  );
  const counts = new Map<string, number>();
  for (const key of done) {
    const [workflowId = ""] = key.split(" ");
    counts.set(workflowId, (counts.get(workflowId) ?? 0) + 1);
  }
  for (const workflowId of completed) {
    const count = counts.get(workflowId) ?? 0;
    if (count !== expected) {
      faults.push(`${workflowId} ended well with ${count} activities done`);
    }
  }
  const executions = own.filter(({ outcome }) => outcome === "done").length;
  return { activities: done.size, repetitions: executions - done.size, faults };
}
