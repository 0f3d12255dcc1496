/**
 * A task queue of one type as people and programs see it.
 */
import type { Connection } from "@temporalio/client";
import { defined } from "../../platform/defined.ts";
import { durationText, columns, facts } from "../output.ts";
import { isoTime, nameIn, numberIn, secondsOf } from "../../clients/wire.ts";
import type { TaskQueueType } from "./input.ts";

/** What the server says of a task queue of one type. */
export type TaskQueueAnswer = Awaited<
  ReturnType<Connection["workflowService"]["describeTaskQueue"]>
>;

/** What the server says of the tasks that wait, and of those that came and went. */
export type StatsAnswer = TaskQueueAnswer["stats"];

/** A Worker Deployment Version: workers of one build. */
export interface Version {
  readonly deploymentName: string;
  readonly buildId: string;
}

/** Who polls a task queue, or did so until lately. */
export interface Poller {
  readonly identity: string;
  readonly lastAccessTime?: string;
  /** Most tasks a second that it takes; 100000 where it sets no limit (`defaultTaskDispatchRPS`, temporal/service/matching). */
  readonly ratePerSecond: number;
  /** Versioned: it takes tasks of its version only; left out by workers that say nothing. */
  readonly versioning?: string;
  /** Left out by workers that have no deployment. */
  readonly version?: Partial<Version>;
}

/** Tasks that wait for a worker, and how many come and go. */
export interface Backlog {
  /** Counts some expired tasks as well, for a while. */
  readonly approximateCount: number;
  /** Age of the oldest. */
  readonly approximateAgeSeconds: number;
  /** Tasks a second, over the last 30 s; without those that pass by the queue. */
  readonly tasksAddRate: number;
  /** Tasks a second, over the last 30 s. */
  readonly tasksDispatchRate: number;
  /** Whether a limit, and not the number of workers, lately kept tasks back. */
  readonly rateLimited: boolean;
}

/** A task queue of one type; part of the shape of `--format json`. */
export interface TaskQueueDescription {
  readonly type: TaskQueueType;
  /** The last 5 minutes' (`matching.PollerHistoryTTL`). */
  readonly pollers: readonly Poller[];
  readonly backlog: Backlog;
  /** Where new tasks go; left out for unversioned workers. */
  readonly currentVersion?: Version;
  /** Where a share of the new tasks goes. */
  readonly rampingVersion?: Version & { readonly percentage: number };
  /** What waits for each version alone. */
  readonly versions: readonly (Version & { readonly backlog: Backlog })[];
  /** Most tasks a second that the queue gives out. */
  readonly rateLimit: {
    readonly requestsPerSecond: number;
    /** Who set it: Api, Worker or System. */
    readonly source: string;
  };
}

// Names of the enumerations in temporal.api.enums.v1, by their numbers from 1.
const versioningModes = ["Unversioned", "Versioned"];
const rateLimitSources = ["Api", "Worker", "System"];

/** The limit that holds. */
export function rateLimitIn(
  answer: TaskQueueAnswer["effectiveRateLimit"],
): TaskQueueDescription["rateLimit"] {
  return {
    requestsPerSecond: answer?.requestsPerSecond ?? 0,
    source: nameIn(rateLimitSources, answer?.rateLimitSource),
  };
}

/** What the server says, in one shape; what waits for each version is asked elsewhere. */
export function taskQueueDescription(
  type: TaskQueueType,
  answer: TaskQueueAnswer,
  versions: TaskQueueDescription["versions"],
): TaskQueueDescription {
  const { versioningInfo, effectiveRateLimit } = answer;
  const current = versionIn(versioningInfo?.currentDeploymentVersion);
  const ramping = versionIn(versioningInfo?.rampingDeploymentVersion);
  const percentage = versioningInfo?.rampingVersionPercentage ?? 0;
  return {
    type,
    pollers: answer.pollers.map(pollerIn),
    backlog: backlogIn(answer.stats),
    ...defined({ currentVersion: current }),
    ...(ramping === undefined ? {} : { rampingVersion: { ...ramping, percentage } }),
    versions,
    rateLimit: rateLimitIn(effectiveRateLimit),
  };
}

/** The versions that are named in an answer: of pollers, and those to which tasks go. */
export function versionsIn({ pollers, versioningInfo }: TaskQueueAnswer): readonly Version[] {
  const named = [
    versioningInfo?.currentDeploymentVersion,
    versioningInfo?.rampingDeploymentVersion,
    ...pollers.map(({ deploymentOptions }) => deploymentOptions),
  ].flatMap((one) => versionIn(one) ?? []);
  return [...new Map(named.map((one) => [versionText(one), one])).values()];
}

/** A version in an answer; undefined where it names none, as for unversioned workers. */
export function versionIn(
  answer:
    | { readonly deploymentName?: string | null; readonly buildId?: string | null }
    | null
    | undefined,
): Version | undefined {
  const { deploymentName, buildId } = answer ?? {};
  if (!deploymentName || !buildId) return undefined;
  return { deploymentName, buildId };
}

/** What the server says of one poller. */
export function pollerIn({
  identity,
  lastAccessTime,
  ratePerSecond,
  deploymentOptions,
  workerVersionCapabilities,
}: TaskQueueAnswer["pollers"][number]): Poller {
  const time = isoTime(lastAccessTime);
  const deploymentName = deploymentOptions?.deploymentName;
  // Workers that know no deployments say it in the older field.
  const buildId = [deploymentOptions, workerVersionCapabilities].find(
    (one) => one?.buildId,
  )?.buildId;
  const mode = deploymentOptions?.workerVersioningMode;
  const version = {
    ...(deploymentName ? { deploymentName } : {}),
    ...(buildId ? { buildId } : {}),
  };
  return {
    identity: identity ?? "",
    ...defined({ lastAccessTime: time }),
    ratePerSecond: ratePerSecond ?? 0,
    ...(mode ? { versioning: nameIn(versioningModes, mode) } : {}),
    ...(Object.keys(version).length === 0 ? {} : { version }),
  };
}

/** The backlog of an answer. */
export function backlogIn(stats: StatsAnswer): Backlog {
  return {
    approximateCount: numberIn(stats?.approximateBacklogCount),
    approximateAgeSeconds: secondsOf(stats?.approximateBacklogAge),
    tasksAddRate: stats?.tasksAddRate ?? 0,
    tasksDispatchRate: stats?.tasksDispatchRate ?? 0,
    rateLimited: stats?.rateLimitingActive ?? false,
  };
}

/** A task queue of one type for people. */
export function taskQueueText(queue: TaskQueueDescription): string {
  const { type, pollers, backlog, currentVersion, rampingVersion, versions, rateLimit } = queue;
  const ramping =
    rampingVersion === undefined
      ? []
      : [
          [
            "ramping version",
            `${versionText(rampingVersion)}, ${rampingVersion.percentage}%`,
          ] as const,
        ];
  return [
    type,
    ...facts([
      ["backlog", backlogText(backlog)],
      ["tasks", ratesText(backlog)],
      [
        "limit",
        `${rateText(rateLimit.requestsPerSecond)} (${rateLimit.source})${backlog.rateLimited ? ", reached" : ""}`,
      ],
      [
        "current version",
        currentVersion === undefined ? "unversioned workers" : versionText(currentVersion),
      ],
      ...ramping,
    ]),
    ...(versions.length === 0 ? [] : ["", ...indented(versionRows(versions))]),
    "",
    ...(pollers.length === 0 ? [`  ${nobodyText(backlog)}`] : indented(pollerRows(pollers))),
  ].join("\n");
}

function nobodyText({ approximateCount }: Backlog): string {
  const nobody = "nobody has polled it in the last 5 minutes";
  return approximateCount === 0 ? nobody : `${nobody}: its tasks wait until a worker does`;
}

function pollerRows(pollers: readonly Poller[]): readonly (readonly string[])[] {
  return [
    ["poller", "last access", "at most", "versioning", "version"],
    ...pollers.map(({ identity, lastAccessTime, ratePerSecond, versioning, version }) => [
      ...[identity, lastAccessTime ?? "-", rateText(ratePerSecond)],
      ...[versioning ?? "-", version === undefined ? "-" : versionText(version)],
    ]),
  ];
}

function versionRows(versions: TaskQueueDescription["versions"]): readonly (readonly string[])[] {
  return [
    ["version", "backlog", "tasks"],
    ...versions.map(({ backlog, ...version }) => [
      ...[versionText(version), backlogText(backlog), ratesText(backlog)],
    ]),
  ];
}

/** How much waits, and for how long, in words. */
export function backlogText({ approximateCount, approximateAgeSeconds }: Backlog): string {
  if (approximateCount === 0) return "empty";
  const tasks = approximateCount === 1 ? "task" : "tasks";
  return `about ${approximateCount} ${tasks}, the oldest for ${durationText(approximateAgeSeconds)}`;
}

/** How many tasks come and go, in words. */
export function ratesText({ tasksAddRate, tasksDispatchRate }: Backlog): string {
  return `${rateText(tasksAddRate)} added, ${rateText(tasksDispatchRate)} dispatched`;
}

/** A rate in two significant decimals, such as 0.25/s. */
export function rateText(perSecond: number): string {
  return `${Number(perSecond.toFixed(2))}/s`;
}

/** A version in words: its deployment and its build id. */
export function versionText({ deploymentName, buildId }: Partial<Version>): string {
  return [deploymentName, buildId].filter((part) => part !== undefined).join(" ");
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return columns(rows).map((line) => `  ${line}`);
}
