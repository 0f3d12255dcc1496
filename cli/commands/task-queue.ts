/**
 * `resource-temporal task-queue`.
 */
import { status } from "@grpc/grpc-js";
import { type Connection, isGrpcServiceError } from "@temporalio/client";
import { type FrontendChoice, withFrontend } from "../gateway.ts";
import { shown } from "../output.ts";
import {
  backlogIn,
  taskQueueDescription,
  type TaskQueueDescription,
  taskQueueText,
  type Version,
  versionsIn,
} from "../task-queues/description.ts";
import { type TaskQueueType, taskQueueTypes } from "../task-queues/input.ts";
import { typeNumber } from "../task-queues/type.ts";

/** A task queue that is asked for. */
export interface TaskQueueChoice {
  readonly taskQueue: string;
  readonly type: TaskQueueType | "all";
}

/** A task queue; the shape of `--format json`. */
interface TaskQueue {
  readonly namespace: string;
  readonly taskQueue: string;
  /** One for each type that was asked for. */
  readonly types: readonly TaskQueueDescription[];
}

/** Shows who polls a task queue, and what waits in it. Gives the exit code. */
export async function describeTaskQueue(
  choice: FrontendChoice,
  { taskQueue, type, format }: TaskQueueChoice & { readonly format: "text" | "json" },
): Promise<number> {
  const wanted = type === "all" ? taskQueueTypes : [type];
  const described = await withFrontend(
    choice,
    async ({ connection, namespace }): Promise<TaskQueue> => ({
      namespace,
      taskQueue,
      types: await Promise.all(
        wanted.map((one) => describedType(connection, { namespace, name: taskQueue, type: one })),
      ),
    }),
  );
  console.log(shown(described, format, asText));
  return 0;
}

/** A task queue of one type. */
interface TypedQueue {
  readonly namespace: string;
  readonly name: string;
  readonly type: TaskQueueType;
}

async function describedType(
  connection: Connection,
  { namespace, name, type }: TypedQueue,
): Promise<TaskQueueDescription> {
  const answer = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType: typeNumber(type),
    reportStats: true,
  });
  const versions = await Promise.all(
    versionsIn(answer).map((version) =>
      describedVersion(connection, { namespace, name, type }, version),
    ),
  );
  return taskQueueDescription(type, answer, versions.flat());
}

/** What waits for one version: nothing when the server does not know it yet, as right after its first poll. */
async function describedVersion(
  { workflowService }: Connection,
  { namespace, name, type }: TypedQueue,
  version: Version,
): Promise<TaskQueueDescription["versions"]> {
  try {
    const { versionTaskQueues } = await workflowService.describeWorkerDeploymentVersion({
      namespace,
      deploymentVersion: version,
      reportTaskQueueStats: true,
    });
    return versionTaskQueues
      .filter((one) => one.name === name && one.type === typeNumber(type))
      .map(({ stats }) => ({ ...version, backlog: backlogIn(stats) }));
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === status.NOT_FOUND) return [];
    throw error;
  }
}

function asText({ namespace, taskQueue, types }: TaskQueue): string {
  return [`Task queue ${taskQueue} in namespace ${namespace}`, ...types.map(taskQueueText)].join(
    "\n\n",
  );
}
