/**
 * `resource-temporal task-queue config`.
 */
import type { Connection } from "@temporalio/client";
import { UserError } from "../../offline/user-error.ts";
import { type FrontendChoice, withFrontend } from "../gateway.ts";
import { ownIdentity } from "../identity.ts";
import { shown } from "../output.ts";
import {
  taskQueueConfig,
  type TaskQueueConfig,
  taskQueueConfigText,
} from "../task-queues/config.ts";
import type { TaskQueueAnswer } from "../task-queues/description.ts";
import {
  type LimitedType,
  limitNames,
  type LimitName,
  type TaskQueueType,
  taskQueueTypes,
} from "../task-queues/input.ts";
import { typeNumber } from "../task-queues/type.ts";
import type { TaskQueueChoice } from "./task-queue.ts";

/** Limits of a task queue that are to change. */
export interface LimitChanges {
  readonly taskQueue: string;
  readonly type: LimitedType;
  /** Most tasks a second that the queue gives out. */
  readonly queueRateLimit?: number;
  /** Most tasks a second that it gives out for each fairness key. */
  readonly fairnessKeyRateLimitDefault?: number;
  /** Those to remove. */
  readonly unset?: readonly LimitName[];
  /** Why; empty when left out. */
  readonly reason?: string;
}

/** The limits of a task queue; the shape of `--format json`. */
interface Config {
  readonly namespace: string;
  readonly taskQueue: string;
  /** One for each type that was asked for. */
  readonly types: readonly TaskQueueConfig[];
}

/** How answers are shown. */
interface Shown {
  readonly format: "text" | "json";
}

/** Shows the limits of a task queue. Gives the exit code. */
export async function getTaskQueueConfig(
  choice: FrontendChoice,
  { taskQueue, type, format }: TaskQueueChoice & Shown,
): Promise<number> {
  const wanted = type === "all" ? taskQueueTypes : [type];
  const config = await withFrontend(choice, async ({ connection, namespace }): Promise<Config> => ({
    namespace,
    taskQueue,
    types: await Promise.all(
      wanted.map((one) => configOf(connection, { namespace, taskQueue, type: one })),
    ),
  }));
  console.log(shown(config, format, asText));
  return 0;
}

/**
 * Sets and removes limits of a task queue, and shows what they are then. Gives the exit code.
 *
 * @throws UserError when nothing is to change, or a limit is to be set and removed at once.
 */
export async function setTaskQueueConfig(
  choice: FrontendChoice,
  { taskQueue, type, unset = [], reason = "", format, ...limits }: LimitChanges & Shown,
): Promise<number> {
  const wanted: Readonly<Record<LimitName, number | undefined>> = {
    "queue-rate-limit": limits.queueRateLimit,
    "fairness-key-rate-limit-default": limits.fairnessKeyRateLimitDefault,
  };
  const both = unset.find((name) => wanted[name] !== undefined);
  if (both !== undefined) {
    throw new UserError(`nothing was done: either set --${both} or remove it with --unset ${both}`);
  }
  if (unset.length === 0 && limitNames.every((name) => wanted[name] === undefined)) {
    throw new UserError(
      `nothing of task queue ${taskQueue} would change: name --queue-rate-limit, --fairness-key-rate-limit-default or --unset`,
    );
  }
  const change = (name: LimitName): object | undefined => {
    const requestsPerSecond = wanted[name];
    if (requestsPerSecond !== undefined) return { rateLimit: { requestsPerSecond }, reason };
    return unset.includes(name) ? { reason } : undefined;
  };
  const config = await withFrontend(choice, async ({ connection, namespace }): Promise<Config> => {
    const { workflowService } = connection;
    const { config: updated } = await workflowService.updateTaskQueueConfig({
      namespace,
      taskQueue,
      taskQueueType: typeNumber(type),
      identity: ownIdentity(),
      updateQueueRateLimit: change("queue-rate-limit") ?? null,
      updateFairnessKeyRateLimitDefault: change("fairness-key-rate-limit-default") ?? null,
    });
    const { effectiveRateLimit } = await described(connection, { namespace, taskQueue, type });
    return { namespace, taskQueue, types: [taskQueueConfig(type, updated, effectiveRateLimit)] };
  });
  console.log(shown(config, format, asText));
  return 0;
}

/** A task queue of one type. */
interface TypedQueue {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly type: TaskQueueType;
}

async function configOf(connection: Connection, queue: TypedQueue): Promise<TaskQueueConfig> {
  const { config, effectiveRateLimit } = await described(connection, queue);
  return taskQueueConfig(queue.type, config, effectiveRateLimit);
}

function described(
  { workflowService }: Connection,
  { namespace, taskQueue, type }: TypedQueue,
): Promise<TaskQueueAnswer> {
  return workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: typeNumber(type),
    reportConfig: true,
  });
}

function asText({ namespace, taskQueue, types }: Config): string {
  return [
    `Task queue ${taskQueue} in namespace ${namespace}`,
    ...types.map(taskQueueConfigText),
  ].join("\n\n");
}
