/**
 * Types of task queues in Temporal's API.
 */
import type { Connection } from "@temporalio/client";
import { type TaskQueueType, taskQueueTypes } from "./input.ts";

/** A type in Temporal's API; its enumeration is in a package that the client does not hand on. */
type TypeNumber = NonNullable<
  Parameters<Connection["workflowService"]["describeTaskQueue"]>[0]["taskQueueType"]
>;

/** The number of a type in Temporal's API. */
export function typeNumber(type: TaskQueueType): TypeNumber {
  const number: unknown = taskQueueTypes.indexOf(type) + 1;
  return number as TypeNumber;
}

/** The type of a number in Temporal's API; undefined for one that a newer server has. */
export function typeOf(number: number | null | undefined): TaskQueueType | undefined {
  return taskQueueTypes[(number ?? 0) - 1];
}
