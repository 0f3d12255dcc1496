/**
 * Asks who polls the task queues of a worker, and waits for pollers.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "@temporalio/client";
import { nameIn, secondsOf } from "../../../clients/wire.ts";
import { inWords } from "../objects/calls.ts";
import { queuesText } from "./actions.ts";
import { type TaskQueues, type TaskType, taskTypes } from "./inputs.ts";
import { type Poller, Polls } from "./polls.ts";
import type { DeploymentServer } from "./server.ts";

type Service = Connection["workflowService"];
type TypeNumber = NonNullable<Parameters<Service["describeTaskQueue"]>[0]["taskQueueType"]>;

/** What a poller may be (`enums.v1.WorkerVersioningMode`); a versioned one takes tasks of its version only. */
const versioningModes = ["Unversioned", "Versioned"];

/** Time between two looks, in milliseconds. */
const period = 500;

/** Versions that a deployment may have, unless the server is told otherwise (`matching.maxVersionsInDeployment`). */
const usualLimit = 100;

/** How a version is waited for. */
export interface Waiting {
  /** Polls that do not count, since who made them is gone; all count when undefined. */
  readonly before: Polls | undefined;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** The pollers of one worker's task queues. */
export class Pollers {
  readonly #service: Service;
  readonly #server: DeploymentServer;
  readonly #taskQueues: TaskQueues;

  constructor({ workflowService }: Connection, server: DeploymentServer, taskQueues: TaskQueues) {
    this.#service = workflowService;
    this.#server = server;
    this.#taskQueues = taskQueues;
  }

  /** All pollers of all queues and types, over all partitions: each partition tells its own. */
  async look(): Promise<Polls> {
    const asked = Object.entries(this.#taskQueues).map(async ([taskQueue, types]) => {
      const partitions = await this.#partitions(taskQueue);
      return Promise.all(
        types.map(async (type) => {
          const found = partitions.map((partition) => this.#pollers(partition, type));
          return { taskQueue, type, pollers: (await Promise.all(found)).flat() };
        }),
      );
    });
    return new Polls(this.#server.names.deploymentName, (await Promise.all(asked)).flat());
  }

  /** What a version does not poll, of all that it should. */
  async missing(buildId: string, now: Polls, before?: Polls): Promise<TaskQueues> {
    // A poller may be seen a moment before its version is known.
    const registered = await this.#server.registered(buildId);
    const polls = (taskQueue: string, type: TaskType): boolean =>
      now.last(buildId, taskQueue, type) > (before?.last(buildId, taskQueue, type) ?? 0) &&
      registered.some((one) => one.taskQueue === taskQueue && one.type === type);
    const queues = Object.entries(this.#taskQueues).map(
      ([taskQueue, types]) => [taskQueue, types.filter((type) => !polls(taskQueue, type))] as const,
    );
    return Object.fromEntries(queues.filter(([, types]) => types.length > 0));
  }

  /**
   * Waits until a version polls all that it should.
   *
   * @throws Error that says what is missing, and why as far as that can be seen.
   */
  async wait(buildId: string, { before, timeoutSeconds, signal }: Waiting): Promise<void> {
    const end = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      const now = await this.look();
      const missing = await this.missing(buildId, now, before);
      if (Object.keys(missing).length === 0) return;
      if (Date.now() >= end) {
        throw new Error(
          `version ${buildId} did not poll ${queuesText(missing)} within ${timeoutSeconds} s: ${await this.#why(buildId, now, missing)}`,
        );
      }
      await sleep(period, undefined, { signal });
    }
  }

  /** Why a version may not be seen to poll. */
  async #why(buildId: string, { queues }: Polls, missing: TaskQueues): Promise<string> {
    const { deploymentName } = this.#server.names;
    const identity = `deploymentName ${deploymentName} and buildId ${buildId}`;
    const versions = queues
      .filter(({ taskQueue, type }) => missing[taskQueue]?.includes(type))
      .flatMap(({ pollers }) => pollers.map(({ version }) => version));
    if (versions.includes(undefined)) {
      return `unversioned workers poll there; a worker must set its deployment options (${identity}, as the variables TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID have them) and switch versioning on`;
    }
    const strange = versions.find((one) => one?.deploymentName !== deploymentName);
    if (strange !== undefined) {
      return `${strange.deploymentName} (build id ${strange.buildId}) polls there; this worker must set ${identity}`;
    }
    const count = (await this.#server.describe())?.versions.length ?? 0;
    if (count >= usualLimit) {
      return `the deployment has ${count} versions, and the server lets no more of them poll (matching.maxVersionsInDeployment): delete drained ones`;
    }
    return "nobody polls there";
  }

  async #partitions(taskQueue: string): Promise<readonly string[]> {
    const { namespace } = this.#server.names;
    try {
      const { workflowTaskQueuePartitions } = await this.#service.listTaskQueuePartitions({
        namespace,
        taskQueue: { name: taskQueue },
      });
      return workflowTaskQueuePartitions.map(({ key }) => key ?? taskQueue);
    } catch (error) {
      throw inWords(error, `task queue ${taskQueue} in namespace ${namespace}`);
    }
  }

  async #pollers(partition: string, type: TaskType): Promise<readonly Poller[]> {
    const { namespace } = this.#server.names;
    try {
      const { pollers } = await this.#service.describeTaskQueue({
        namespace,
        taskQueue: { name: partition },
        taskQueueType: numberOf(type),
      });
      return pollers.map(({ deploymentOptions, lastAccessTime }) => ({
        since: secondsOf(lastAccessTime),
        version:
          nameIn(versioningModes, deploymentOptions?.workerVersioningMode) === "Versioned"
            ? {
                deploymentName: deploymentOptions?.deploymentName ?? "",
                buildId: deploymentOptions?.buildId ?? "",
              }
            : undefined,
      }));
    } catch (error) {
      throw inWords(error, `task queue ${partition} in namespace ${namespace}`);
    }
  }
}

function numberOf(type: TaskType): TypeNumber {
  const number: unknown = taskTypes.indexOf(type) + 1;
  return number as TypeNumber;
}
