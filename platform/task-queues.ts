/**
 * How long matching keeps a task queue in memory that nobody uses any more.
 */
import type { Cluster } from "./cluster.ts";
import type { DynamicConfig } from "./dynamic-config.ts";

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
