/**
 * Task queues: their types, and how long matching keeps one in memory that nobody uses any more.
 */
import type { Cluster } from "./cluster.ts";
import type { DynamicConfig } from "./dynamic-config.ts";

/** Types of task queues, by their numbers from 1 in Temporal's API. */
export const taskQueueTypes = ["workflow", "activity", "nexus"] as const;

/** One of {@link taskQueueTypes}. */
export type TaskQueueType = (typeof taskQueueTypes)[number];

/** What the server's names of parts of task queues begin with (`reservedTaskQueuePrefix`, temporal/common/tqid/task_queue_validator.go). */
export const reservedTaskQueuePrefix = "/_sys/";

/**
 * A poll keeps its task queue, and lasts a minute (temporal/common/dynamicconfig/constants.go, `matching.longPollExpirationInterval`); the server
 * waits for five minutes after it. On a laptop, tests that each have a task queue of their own fill matching's memory within those
 * (docs/benchmarks/queues.md).
 */
const idleTimeOnDocker = "2m";

/** Dynamic config of task queues; the user's own keys come on top. */
export function taskQueueSettings({ target }: Cluster): DynamicConfig {
  return target.kind === "docker"
    ? { "matching.maxTaskQueueIdleTime": [{ value: idleTimeOnDocker }] }
    : {};
}
