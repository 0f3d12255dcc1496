/**
 * Workers as people and programs see them: what they say of themselves in heartbeats, and what task queues know of their polls.
 */
import type { Connection } from "@temporalio/client";
import { defined } from "../../platform/defined.ts";
import { cell, columns } from "../output.ts";
import { isoTime, nameIn } from "../../clients/wire.ts";
import { type Version, versionText } from "../task-queues/description.ts";
import type { TaskQueueType } from "../task-queues/input.ts";
import type { Polled } from "../task-queues/pollers.ts";

/** A worker's heartbeat (`temporal.api.worker.v1.WorkerHeartbeat`). */
export type HeartbeatAnswer = NonNullable<
  Awaited<
    ReturnType<Connection["workflowService"]["listWorkers"]>
  >["workersInfo"][number]["workerHeartbeat"]
>;

/** Kinds of slots: what a worker does at the same time. */
export const slotKinds = ["workflow", "activity", "localActivity", "nexus"] as const;

/** One of {@link slotKinds}. */
export type SlotKind = (typeof slotKinds)[number];

/** What a worker has for tasks of one kind. */
export interface Slots {
  readonly used: number;
  /** Left out where the worker sets no bound. */
  readonly available?: number;
}

/** A worker in a list; the shape of `--format json`. */
export interface WorkerSummary {
  /** What `worker describe` takes; left out for workers that are known by their polls only. */
  readonly workerInstanceKey?: string;
  readonly identity: string;
  readonly host?: string;
  readonly taskQueue: string;
  /** Left out by workers that have no deployment and no build id. */
  readonly version?: Partial<Version>;
  readonly sdk?: { readonly name: string; readonly version: string };
  /**
   * Running, ShuttingDown or Shutdown, as it last said itself; Polled for one that has sent no heartbeat yet or sends none, of which nobody knows whether
   * it has stopped; Lost when {@link lostAfterSeconds} have passed since.
   */
  readonly status: string;
  /** Its last heartbeat, by the worker's clock; the end or the beginning of its last poll where it sends none. */
  readonly lastSeen?: string;
  readonly startTime?: string;
  readonly slots: Partial<Readonly<Record<SlotKind, Slots>>>;
  /** Types of tasks for which it polled in the last 5 minutes; left out where no task queue was named. */
  readonly polls?: readonly TaskQueueType[];
}

/**
 * Longest time between two heartbeats, in seconds: the default and the most that SDKs take (`workerHeartbeatInterval`, @temporalio/worker). A poll lasts
 * as long (`matching.longPollExpirationInterval`, temporal/common/dynamicconfig/constants.go).
 */
const heartbeatSeconds = 60;

/** A worker that was not heard of for two heartbeats has crashed, or has stopped without a word. In seconds; the server forgets it after 5 minutes (`matching.workerRegistryEntryTTL`). */
export const lostAfterSeconds = 2 * heartbeatSeconds;

/** Names of the enumeration in temporal.api.enums.v1, by their numbers from 1. */
const statuses = ["Running", "ShuttingDown", "Shutdown"];

/**
 * What a worker says of itself, in one shape.
 *
 * @param now In milliseconds since 1970.
 */
export function workerSummary(heartbeat: HeartbeatAnswer, now: number): WorkerSummary {
  const { workerInstanceKey, sdkName, sdkVersion, hostInfo, deploymentVersion } = heartbeat;
  const lastSeen = isoTime(heartbeat.heartbeatTime);
  return {
    workerInstanceKey: workerInstanceKey ?? "",
    identity: heartbeat.workerIdentity ?? "",
    ...(hostInfo?.hostName ? { host: hostInfo.hostName } : {}),
    taskQueue: heartbeat.taskQueue ?? "",
    ...defined({ version: partsOf(deploymentVersion) }),
    ...(sdkName ? { sdk: { name: sdkName, version: sdkVersion ?? "" } } : {}),
    status: isLost(lastSeen, now) ? "Lost" : nameIn(statuses, heartbeat.status),
    ...defined({ lastSeen, startTime: isoTime(heartbeat.startTime) }),
    slots: slotsIn(heartbeat),
  };
}

function isLost(lastSeen: string | undefined, now: number): boolean {
  return lastSeen === undefined || now - Date.parse(lastSeen) > lostAfterSeconds * 1000;
}

/** Workers without a deployment have a build id all the same. */
function partsOf(version: HeartbeatAnswer["deploymentVersion"]): Partial<Version> | undefined {
  const { deploymentName, buildId } = version ?? {};
  const parts = {
    ...(deploymentName ? { deploymentName } : {}),
    ...(buildId ? { buildId } : {}),
  };
  return Object.keys(parts).length === 0 ? undefined : parts;
}

/** What a worker says of its slots; undefined where it takes no tasks of that kind. */
export function slotsAnswer(
  heartbeat: HeartbeatAnswer,
  kind: SlotKind,
): HeartbeatAnswer["workflowTaskSlotsInfo"] {
  switch (kind) {
    case "workflow":
      return heartbeat.workflowTaskSlotsInfo;
    case "activity":
      return heartbeat.activityTaskSlotsInfo;
    case "localActivity":
      return heartbeat.localActivitySlotsInfo;
    case "nexus":
      return heartbeat.nexusTaskSlotsInfo;
  }
}

function slotsIn(heartbeat: HeartbeatAnswer): WorkerSummary["slots"] {
  const entries = slotKinds.flatMap((kind) => {
    const answer = slotsAnswer(heartbeat, kind);
    if (!answer) return [];
    const { currentUsedSlots, currentAvailableSlots } = answer;
    const available = currentAvailableSlots ?? 0;
    // -1 where there is no bound.
    return [[kind, { used: currentUsedSlots ?? 0, ...(available < 0 ? {} : { available }) }]];
  });
  return Object.fromEntries(entries) as WorkerSummary["slots"];
}

/**
 * The workers of one task queue: those that send heartbeats, with what they poll for, and those that only poll. Workers of one process whose identities
 * differ are told twice: SDKs send one identity in the heartbeats of all workers of a connection.
 *
 * @param polled Of every type and partition of the task queue.
 */
export function withPollers(
  workers: readonly WorkerSummary[],
  polled: readonly Polled[],
  { taskQueue, now }: { readonly taskQueue: string; readonly now: number },
): readonly WorkerSummary[] {
  const heard = new Set(workers.map(nameOf));
  const types = new Map<string, Set<TaskQueueType>>();
  const silent = new Map<string, Polled>();
  for (const poller of polled) {
    const name = nameOf(poller);
    const known = types.get(name) ?? new Set();
    types.set(name, known.add(poller.type));
    const before = silent.get(name)?.lastAccessTime ?? "";
    if (!heard.has(name) && (poller.lastAccessTime ?? "") >= before) silent.set(name, poller);
  }
  const pollsOf = (name: string): readonly TaskQueueType[] => [...(types.get(name) ?? [])].sort();
  return [
    ...workers.map((worker) => ({ ...worker, polls: pollsOf(nameOf(worker)) })),
    ...[...silent].map(
      ([name, { identity, lastAccessTime: lastSeen, version }]): WorkerSummary => ({
        identity,
        taskQueue,
        ...defined({ version, lastSeen }),
        status: isLost(lastSeen, now) ? "Lost" : "Polled",
        slots: {},
        polls: pollsOf(name),
      }),
    ),
  ];
}

/** By what a worker's heartbeats and polls are told to be the same one's; build ids without a deployment differ in them. */
function nameOf({ identity, version }: Pick<WorkerSummary, "identity" | "version">): string {
  const { deploymentName, buildId } = version ?? {};
  return JSON.stringify(
    deploymentName === undefined ? [identity] : [identity, deploymentName, buildId],
  );
}

/** Workers as a table. */
export function workersText(workers: readonly WorkerSummary[]): string {
  if (workers.length === 0) return "There is no such worker.";
  return columns([
    ["status", "identity", "host", "task queue", "version", "sdk", "last seen", "slots in use"],
    ...workers.map(({ status, identity, host, taskQueue, version, sdk, lastSeen, slots }) => [
      ...[status, cell(identity), cell(host ?? ""), cell(taskQueue)],
      ...[version === undefined ? "-" : cell(versionText(version)), sdkText(sdk)],
      ...[lastSeen ?? "-", slotsText(slots)],
    ]),
  ]).join("\n");
}

/** A worker's SDK in words. */
export function sdkText(sdk: WorkerSummary["sdk"]): string {
  return sdk === undefined ? "-" : cell(`${sdk.name} ${sdk.version}`);
}

function slotsText(slots: WorkerSummary["slots"]): string {
  const parts = slotKinds.flatMap((kind) => {
    const one = slots[kind];
    // Workers without Nexus services have no slots for them.
    if (one === undefined || usedText(one) === "0/0") return [];
    return [`${kind} ${usedText(one)}`];
  });
  return parts.join(", ") || "-";
}

/** How many slots are used, and of how many. */
export function usedText({ used, available }: Slots): string {
  return available === undefined ? String(used) : `${used}/${used + available}`;
}
