/**
 * Reads what people say of task queues; see ../input.ts.
 */
import { reservedTaskQueuePrefix, type TaskQueueType } from "../../platform/task-queues.ts";
import { idOf } from "../input.ts";

export { type TaskQueueType, taskQueueTypes } from "../../platform/task-queues.ts";

/** The name of a task queue. */
export function taskQueueOf(text: string): string {
  const name = idOf(text);
  if (!name.startsWith(reservedTaskQueuePrefix)) return name;
  throw new Error(`It begins with ${reservedTaskQueuePrefix}, which is Temporal's own.`);
}

/** Types whose limits may be set: the server refuses those for workflow tasks (`UpdateTaskQueueConfig`, temporal/service/frontend/workflow_handler.go). */
export const limitedTypes = ["activity", "nexus"] as const satisfies readonly TaskQueueType[];

/** One of {@link limitedTypes}. */
export type LimitedType = (typeof limitedTypes)[number];

/** Limits of a task queue, as `--unset` names them. */
export const limitNames = ["queue-rate-limit", "fairness-key-rate-limit-default"] as const;

/** One of {@link limitNames}. */
export type LimitName = (typeof limitNames)[number];

/** Largest number in a 32-bit float, which the server's API has for rates. */
const maxRate = 3.4e38;

/** Tasks a second; 0 lets the queue give out nothing. */
export function rateOf(text: string): number {
  const rate = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Infinity;
  if (rate <= maxRate) return rate;
  throw new Error("It must be tasks a second, such as 50 or 0.5; 0 lets the queue give out none.");
}

/** The longest reason, in bytes (`maxReasonLength`, temporal/service/frontend/workflow_handler.go). */
const maxReasonBytes = 1000;

/** Why a limit is set or removed. */
export function reasonOf(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxReasonBytes) return text;
  throw new Error(`It has ${bytes} bytes, and Temporal takes ${maxReasonBytes}.`);
}
