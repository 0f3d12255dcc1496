/**
 * Whether the users' workers poll the task queues that they are declared to poll.
 */
import type { Connection } from "@temporalio/client";
import { defined } from "../../platform/defined.ts";
import type { TaskQueueType } from "../../platform/task-queues.ts";
import type { DeclaredWorker } from "../../platform/workers.ts";
import { polledBy } from "../task-queues/pollers.ts";

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
      const { namespace, taskQueue } = queue;
      const polled = await polledBy({ connection, namespace }, taskQueue, types);
      return types.map((type): PolledQueue => {
        const own = polled.filter((poller) => poller.type === type);
        const pollers = new Set(own.map(({ identity }) => identity)).size;
        const lastSeen = own
          .flatMap((poller) => poller.lastAccessTime ?? [])
          .sort()
          .at(-1);
        const state = pollers > 0 ? "polled" : "not polled";
        return { ...queue, type, state, pollers, ...defined({ lastSeen }) };
      });
    }),
  );
  return all.flat();
}
