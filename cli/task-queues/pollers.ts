/**
 * Who polls a task queue, on all its partitions.
 */
import type { Connection } from "@temporalio/client";
import { type Poller, pollerIn } from "./description.ts";
import type { TaskQueueType } from "./input.ts";
import { typeNumber } from "./type.ts";

/** Who polls one type of a task queue, or did so in the last 5 minutes (`matching.PollerHistoryTTL`). */
export interface Polled extends Poller {
  readonly type: TaskQueueType;
}

/** Asks every partition of a task queue: each knows its own pollers only. Who polls several partitions or types is told for each of them. */
export async function polledBy(
  {
    connection: { workflowService },
    namespace,
  }: { readonly connection: Connection; readonly namespace: string },
  taskQueue: string,
  types: readonly TaskQueueType[],
): Promise<readonly Polled[]> {
  const { workflowTaskQueuePartitions, activityTaskQueuePartitions } =
    await workflowService.listTaskQueuePartitions({ namespace, taskQueue: { name: taskQueue } });
  // The server does not tell those for Nexus, of which there are as many unless somebody has set it otherwise.
  const keys = [...workflowTaskQueuePartitions, ...activityTaskQueuePartitions].map(
    ({ key }) => key ?? taskQueue,
  );
  const polled = [...new Set(keys)].flatMap((name) =>
    types.map(async (type): Promise<readonly Polled[]> => {
      const { pollers } = await workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name },
        taskQueueType: typeNumber(type),
      });
      return pollers.map((poller) => ({ ...pollerIn(poller), type }));
    }),
  );
  return (await Promise.all(polled)).flat();
}
