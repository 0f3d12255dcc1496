/**
 * Worker Deployments in one shape.
 */
import type { Connection } from "@temporalio/client";
import { defined } from "../../platform/defined.ts";
import { isoTime, nameIn } from "../../clients/wire.ts";
import { type Backlog, type Version, versionIn } from "../task-queues/description.ts";
import type { TaskQueueType } from "../task-queues/input.ts";

type Service = Connection["workflowService"];

/** What the server says of a Worker Deployment (`temporal.api.deployment.v1.WorkerDeploymentInfo`). */
export type DeploymentAnswer = NonNullable<
  Awaited<ReturnType<Service["describeWorkerDeployment"]>>["workerDeploymentInfo"]
>;

/** What the server says of one version of it. */
export type VersionAnswer = NonNullable<DeploymentAnswer["versionSummaries"]>[number];

/** What the server says of a Worker Deployment in a list. */
export type DeploymentListAnswer = Awaited<
  ReturnType<Service["listWorkerDeployments"]>
>["workerDeployments"][number];

/** Where new workflows go, and those that may change their version. */
export interface Routing {
  /** Left out when they go to unversioned workers. */
  readonly currentVersion?: Version;
  readonly currentVersionChangedTime?: string;
  /** Gets a share of them; left out when there is none. */
  readonly rampingVersion?: Version & { readonly percentage: number };
  /** The share that goes to unversioned workers, in percent; left out unless they are ramping. */
  readonly unversionedPercentage?: number;
  readonly rampingVersionChangedTime?: string;
}

/** A Worker Deployment in a list; the shape of `--format json`. */
export interface DeploymentSummary extends Routing {
  readonly name: string;
  readonly createTime?: string;
  /** The version that came last. */
  readonly latestVersion?: Version;
}

/** A task queue that a version's workers have polled. */
export interface VersionTaskQueue {
  readonly name: string;
  readonly type: TaskQueueType | "unspecified";
  /** What waits in it for this version; left out unless it was asked for. */
  readonly backlog?: Backlog;
}

/** A version of a Worker Deployment. */
export interface DeploymentVersion extends Version {
  /** Inactive, Current, Ramping, Draining, Drained or Created. */
  readonly status: string;
  readonly createTime?: string;
  readonly currentSinceTime?: string;
  readonly rampingSinceTime?: string;
  readonly firstActivationTime?: string;
  readonly lastCurrentTime?: string;
  readonly lastDeactivationTime?: string;
  /** Left out until it stops being current or ramping. */
  readonly drainage?: {
    /** Draining or Drained. */
    readonly status: string;
    readonly lastChangedTime?: string;
    /** When the server last counted what runs: every 3 minutes (`matching.wv.VersionDrainageStatusRefreshInterval`). */
    readonly lastCheckedTime?: string;
  };
  /** Workflows that run and are pinned to it; left out unless it is draining. */
  readonly runningPinnedWorkflows?: number;
  readonly taskQueues: readonly VersionTaskQueue[];
}

/** A Worker Deployment; the shape of `--format json`. */
export interface DeploymentDescription extends Routing {
  readonly name: string;
  readonly createTime?: string;
  /** Who alone may change it; left out where everybody may. */
  readonly managerIdentity?: string;
  readonly lastModifierIdentity: string;
  /** Completed when all task queues know where tasks go, InProgress before; servers may leave it so for ever (temporalio/temporal#11842). */
  readonly routingConfigUpdateState: string;
  /** The last that came first. */
  readonly versions: readonly DeploymentVersion[];
}

// Names of the enumerations in temporal.api.enums.v1, by their numbers from 1.
const statuses = ["Inactive", "Current", "Ramping", "Draining", "Drained", "Created"];
const drainageStatuses = ["Draining", "Drained"];
const updateStates = ["InProgress", "Completed"];

/** What the server says of where tasks go, in one shape. */
export function routingIn(answer: DeploymentAnswer["routingConfig"]): Routing {
  const ramping = versionIn(answer?.rampingDeploymentVersion);
  const percentage = answer?.rampingVersionPercentage ?? 0;
  return {
    ...defined({
      currentVersion: versionIn(answer?.currentDeploymentVersion),
      currentVersionChangedTime: isoTime(answer?.currentVersionChangedTime),
      rampingVersion: ramping === undefined ? undefined : { ...ramping, percentage },
      // A share of none is for unversioned workers: the server names no version for them.
      unversionedPercentage: ramping === undefined && percentage > 0 ? percentage : undefined,
      rampingVersionChangedTime: isoTime(answer?.rampingVersionChangedTime),
    }),
  };
}

/** What the server says of a Worker Deployment in a list, in one shape. */
export function deploymentSummary(answer: DeploymentListAnswer): DeploymentSummary {
  return {
    name: answer.name ?? "",
    ...defined({
      createTime: isoTime(answer.createTime),
      latestVersion: versionIn(answer.latestVersionSummary?.deploymentVersion),
    }),
    ...routingIn(answer.routingConfig),
  };
}

/** What the server says of a Worker Deployment, in one shape. */
export function deploymentDescription(
  answer: DeploymentAnswer,
  versions: readonly DeploymentVersion[],
): DeploymentDescription {
  return {
    name: answer.name ?? "",
    ...defined({ createTime: isoTime(answer.createTime) }),
    ...(answer.managerIdentity ? { managerIdentity: answer.managerIdentity } : {}),
    lastModifierIdentity: answer.lastModifierIdentity ?? "",
    routingConfigUpdateState: nameIn(updateStates, answer.routingConfigUpdateState),
    ...routingIn(answer.routingConfig),
    versions,
  };
}

/** What is asked of a version in other calls. */
export type VersionMore = Pick<DeploymentVersion, "runningPinnedWorkflows" | "taskQueues">;

/** What the server says of a version, in one shape. */
export function deploymentVersion(answer: VersionAnswer, more: VersionMore): DeploymentVersion {
  const { drainageInfo } = answer;
  const drainage = drainageInfo?.status
    ? {
        status: nameIn(drainageStatuses, drainageInfo.status),
        ...defined({
          lastChangedTime: isoTime(drainageInfo.lastChangedTime),
          lastCheckedTime: isoTime(drainageInfo.lastCheckedTime),
        }),
      }
    : undefined;
  return {
    deploymentName: answer.deploymentVersion?.deploymentName ?? "",
    buildId: answer.deploymentVersion?.buildId ?? "",
    status: statusOf(answer),
    ...defined({
      createTime: isoTime(answer.createTime),
      currentSinceTime: isoTime(answer.currentSinceTime),
      rampingSinceTime: isoTime(answer.rampingSinceTime),
      firstActivationTime: isoTime(answer.firstActivationTime),
      lastCurrentTime: isoTime(answer.lastCurrentTime),
      lastDeactivationTime: isoTime(answer.lastDeactivationTime),
      drainage,
    }),
    ...more,
  };
}

/** The status of a version: Inactive, Current, Ramping, Draining, Drained or Created. */
export function statusOf({ status }: Pick<VersionAnswer, "status">): string {
  return nameIn(statuses, status);
}
