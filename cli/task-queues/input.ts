/**
 * Reads what people say of task queues; see ../input.ts.
 */
import { idOf } from "../input.ts";

/** What the server's names of parts of task queues begin with (`reservedTaskQueuePrefix`, temporal/common/tqid/task_queue_validator.go). */
const reservedPrefix = "/_sys/";

/** The name of a task queue. */
export function taskQueueOf(text: string): string {
  const name = idOf(text);
  if (!name.startsWith(reservedPrefix)) return name;
  throw new Error(`It begins with ${reservedPrefix}, which is Temporal's own.`);
}

/** Types of task queues, by their numbers from 1 in Temporal's API. */
export const taskQueueTypes = ["workflow", "activity", "nexus"] as const;

/** One of {@link taskQueueTypes}. */
export type TaskQueueType = (typeof taskQueueTypes)[number];
