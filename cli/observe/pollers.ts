/**
 * Whether the users' workers poll the task queues that they are declared to poll.
 */
import type { Connection } from "@temporalio/client";
import { isoTime } from "../../clients/wire.ts";
import { defined } from "../../platform/defined.ts";
import type { TaskQueueType } from "../../platform/task-queues.ts";
import type { DeclaredWorker } from "../../platform/workers.ts";
import { typeNumber } from "../task-queues/type.ts";

/** A task queue of one type that a worker is to poll; part of the shape of `--format json`. */
export interface PolledQueue {
  /** Name of the worker. */
  readonly name: string;
  /** Whether somebody else runs it. */
  readonly external: boolean;
  readonly state: "polled" | "not polled";
  readonly namespace: string;
  readonly taskQueue: string;
  readonly type: TaskQueueType;
  /** How many have polled it in the last 5 minutes (`matching.PollerHistoryTTL`), whoever they are. */
  readonly pollers: number;
  /** When the last of them did, in ISO 8601; left out when nobody has. A poll may be open for a minute. */
  readonly lastSeen?: string;
}

/** Asks a cluster's frontend for everything that its workers are declared to poll. */
export async function polledQueues(
  connection: Connection,
  workers: Readonly<Record<string, DeclaredWorker>>,
): Promise<readonly PolledQueue[]> {
  const declared = Object.entries(workers).flatMap(([name, worker]) =>
    Object.entries(worker.taskQueues).map(([taskQueue, types]) => ({
      ...{ name, taskQueue, types },
      ...{ namespace: worker.namespace, external: worker.external },
    })),
  );
  const all = await Promise.all(
    declared.map(async ({ types, ...queue }) => {
      const partitions = await partitionsOf(connection, queue);
      return Promise.all(
        types.map(async (type): Promise<PolledQueue> => {
          const seen = await seenBy(connection, queue.namespace, partitions, type);
          const lastSeen = [...seen.values()].sort().at(-1);
          const state = seen.size > 0 ? "polled" : "not polled";
          return { ...queue, type, state, pollers: seen.size, ...defined({ lastSeen }) };
        }),
      );
    }),
  );
  return all.flat();
}

/** The partitions of a task queue: each knows only those that have polled itself. */
async function partitionsOf(
  { workflowService }: Connection,
  { namespace, taskQueue }: Pick<PolledQueue, "namespace" | "taskQueue">,
): Promise<readonly string[]> {
  const answer = await workflowService.listTaskQueuePartitions({
    namespace,
    taskQueue: { name: taskQueue },
  });
  const { activityTaskQueuePartitions, workflowTaskQueuePartitions } = answer;
  const keys = [...activityTaskQueuePartitions, ...workflowTaskQueuePartitions].flatMap(
    ({ key }) => key ?? [],
  );
  return [...new Set([taskQueue, ...keys])];
}

/** When each poller was seen last, by its identity. */
async function seenBy(
  { workflowService }: Connection,
  namespace: string,
  partitions: readonly string[],
  type: TaskQueueType,
): Promise<ReadonlyMap<string, string>> {
  const answers = await Promise.all(
    partitions.map((name) =>
      workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name },
        taskQueueType: typeNumber(type),
      }),
    ),
  );
  const seen = new Map<string, string>();
  for (const { identity, lastAccessTime } of answers.flatMap(({ pollers }) => pollers)) {
    const [name, time] = [identity ?? "", isoTime(lastAccessTime) ?? ""];
    if (time >= (seen.get(name) ?? "")) seen.set(name, time);
  }
  return seen;
}
