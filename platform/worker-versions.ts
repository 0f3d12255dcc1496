/**
 * Workers of which several versions run at the same time (Temporal's Worker Versioning): what a version is called, and which variables are its own.
 */
import { createHash } from "node:crypto";
import type { Cluster } from "./cluster.ts";
import type { DynamicConfig } from "./dynamic-config.ts";
import { imageNameParts } from "./image-reference.ts";
import type { Owner } from "./labels.ts";
import type { TaskQueueType } from "./task-queues.ts";
import { parseServerVersion } from "./versions.ts";
import { maxBuildId } from "./worker-deployment.ts";
import { connectionVariables, type RunWorker, runWorkers } from "./workers.ts";
import type { EnvironmentValue, Workload } from "./workload.ts";

/** How a worker's versions come and go, as the user says it. */
export type Versioning = NonNullable<RunWorker["versioning"]>;

/** The build id of a user who wants one that follows from what is built. */
export const automaticBuildId = "auto";

/** All versions of a worker, besides what each is started from. */
export interface Versions {
  /** Name of the Worker Deployment. */
  readonly deploymentName: string;
  /** Temporal's namespace. */
  readonly namespace: string;
  /** What each of them must poll. */
  readonly taskQueues: Readonly<Record<string, readonly TaskQueueType[]>>;
  /** Of the version that is wanted; {@link automaticBuildId} for {@link buildIdOf}. */
  readonly buildId: string;
  readonly rollout: Versioning["rollout"];
  /** A workflow that must succeed on a new version; undefined for none. */
  readonly gate?: Required<Pick<Gate, "workflowType" | "taskQueue" | "timeoutSeconds">> &
    Pick<Gate, "input">;
  readonly pollersTimeoutSeconds: number;
  readonly scaleDownAfterSeconds: number;
  readonly deleteAfterSeconds: number;
  readonly onRemove: Versioning["onRemove"];
}

type Gate = NonNullable<Versioning["gate"]>;

/** The versions of a worker; undefined of one that has none. */
export function versionsOf(name: string, worker: RunWorker): Versions | undefined {
  const { versioning, namespace, taskQueues } = worker;
  if (versioning === undefined) return undefined;
  const { deployment = name, gate, ...rest } = versioning;
  const [only = ""] = workflowQueues(worker);
  return {
    ...{ deploymentName: deployment, namespace, taskQueues, ...rest },
    ...(gate === undefined ? {} : { gate: { taskQueue: only, ...gate } }),
  };
}

/** The task queues that a worker polls for workflows. */
export function workflowQueues({ taskQueues }: Pick<RunWorker, "taskQueues">): readonly string[] {
  return Object.keys(taskQueues).filter((name) => taskQueues[name]?.includes("workflow"));
}

/** By whom the versions of a worker are managed: the server lets nobody else change where its tasks go. */
export function managerIdentity({ stack, cluster }: Owner, worker: string): string {
  return `temporal-platform/${stack}/${cluster}/${worker}`;
}

/** A version that is wanted. */
export interface WorkerVersion {
  readonly buildId: string;
  /** What it was built and started with, and keeps; the value of a secret only where {@link shared} has none any more. */
  readonly own: Environment;
  /** What reaches all living versions in place: where Temporal is, and the values of secrets. */
  readonly shared: Environment;
}

type Environment = Readonly<Record<string, EnvironmentValue>>;

/** What of a workload makes a version. */
type Versioned = Pick<Workload, "image" | "command" | "environment">;

/** The version that a workload is now. */
export function versionOf(workload: Versioned, versions: Versions): WorkerVersion {
  const { environment } = workload;
  const built = chosen(environment, (name) => !connectionVariables.includes(name));
  const buildId =
    versions.buildId === automaticBuildId
      ? buildIdOf({ ...workload, environment: built })
      : versions.buildId;
  return {
    buildId,
    own: {
      ...built,
      TEMPORAL_DEPLOYMENT_NAME: versions.deploymentName,
      TEMPORAL_WORKER_BUILD_ID: buildId,
    },
    shared: chosen(
      environment,
      (name, value) => connectionVariables.includes(name) || typeof value !== "string",
    ),
  };
}

function chosen(
  environment: Environment,
  isWanted: (name: string, value: EnvironmentValue) => boolean,
): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => isWanted(name, value)),
  );
}

/** Digits of the digest in a build id; as many as tell the builds of one worker apart. */
const digestLength = 10;

/**
 * A build id that is the same for the same image, program, arguments, variables and names of secrets, and another one for others: the image's tag, which
 * people know, and a digest. What does not change what the program does is no part of it, such as replicas or limits.
 */
export function buildIdOf({ image, command, environment }: Versioned): string {
  const { tag, digest } = imageNameParts(image.reference);
  const variables = Object.keys(environment)
    .sort()
    .map((name) => {
      const value = environment[name];
      return [name, ...(typeof value === "string" ? [value] : [])];
    });
  const suffix = createHash("sha256")
    .update(JSON.stringify([image.reference, command, variables]))
    .digest("hex")
    .slice(0, digestLength);
  const said = (tag ?? digest?.slice(0, digestLength) ?? "")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, maxBuildId - 1 - digestLength);
  return said === "" ? suffix : `${said}-${suffix}`;
}

/** First minor version of the server whose matching tells all partitions of a task queue that a worker leaves (`enableMatchingFanOutForPollCancellation`). */
const fanOutSince = { major: 1, minor: 32 } as const;

/**
 * Dynamic config of a cluster with versioned workers. A worker that stops tells the server, which then ends its polls and forgets it; otherwise it counts as
 * a poller for 5 minutes more (`matching.PollerHistoryTTL`), and the record of its version stays until then.
 */
export function versioningSettings(cluster: Cluster): DynamicConfig {
  if (runWorkers(cluster).every(([, { versioning }]) => versioning === undefined)) return {};
  const version = parseServerVersion(cluster.server.version);
  const fansOut =
    version !== undefined &&
    (version.major > fanOutSince.major || version.minor >= fanOutSince.minor);
  return {
    "frontend.enableCancelWorkerPollsOnShutdown": [{ value: true }],
    // Of a key that it does not know, a server says that its config is wrong.
    ...(fansOut ? { "frontend.enableMatchingFanOutForPollCancellation": [{ value: true }] } : {}),
  };
}
