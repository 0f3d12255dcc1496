import { activityInfo, ApplicationFailure } from "@temporalio/activity";
import { type Effect, enter } from "./ledger.ts";

/** Composes a greeting. */
export function compose(name: string): Promise<string> {
  return Promise.resolve(`Hello, ${name}!`);
}

/** Doubles a number. */
export function double(number: number): Promise<number> {
  note("done");
  return Promise.resolve(2 * number);
}

/** Doubles a number at the second attempt. */
export function doubleAtLast(number: number): Promise<number> {
  const { attempt } = activityInfo();
  if (attempt === 1) {
    note("failed");
    return Promise.reject(ApplicationFailure.retryable("once more"));
  }
  note("done");
  return Promise.resolve(2 * number);
}

function note(outcome: Effect["outcome"]): void {
  const { workflowExecution, activityId, attempt } = activityInfo();
  enter({ workflowId: workflowExecution?.workflowId ?? "", activityId, attempt, outcome });
}
