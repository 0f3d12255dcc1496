/**
 * Everything about one worker, as people and programs see it.
 */
import { defined } from "../../platform/defined.ts";
import { cell, columns, durationText, facts } from "../output.ts";
import { versionText } from "../task-queues/description.ts";
import { isoTime, secondsOf } from "../../clients/wire.ts";
import {
  type HeartbeatAnswer,
  sdkText,
  slotKinds,
  type SlotKind,
  type Slots,
  slotsAnswer,
  usedText,
  workerSummary,
  type WorkerSummary,
} from "./worker.ts";

/** What a worker has for tasks of one kind, and has done. */
export interface SlotDetails extends Slots {
  /** Fixed, ResourceBased or the name of one of its own. */
  readonly supplier: string;
  /** Since it started, well or not. */
  readonly processedTasks: number;
  /** Since it started. */
  readonly failedTasks: number;
}

/** Kinds of polls. */
const pollerKinds = ["workflow", "workflowSticky", "activity", "nexus"] as const;

/** One of {@link pollerKinds}. */
type PollerKind = (typeof pollerKinds)[number];

/** How a worker polls for tasks of one kind. */
export interface Polling {
  /** Polls that are open. */
  readonly pollers: number;
  /** When a poll last brought a task. */
  readonly lastSuccessfulPollTime?: string;
  /** Whether the worker itself chooses the number of polls. */
  readonly autoscaling: boolean;
}

/** Everything about one worker; the shape of `--format json`. */
export interface WorkerDetails extends WorkerSummary {
  readonly slots: Partial<Readonly<Record<SlotKind, SlotDetails>>>;
  readonly polling: Partial<Readonly<Record<PollerKind, Polling>>>;
  readonly process: {
    readonly id: string;
    /** Of the whole host, from 0 to 1; 1 when all cores are busy. */
    readonly hostCpuUsage: number;
    /** Of the whole host, from 0 to 1. */
    readonly hostMemoryUsage: number;
  };
  /** Between its last two heartbeats; 0 when there was one only. */
  readonly heartbeatIntervalSeconds: number;
  /** Workflows that it keeps in memory. */
  readonly stickyCache: { readonly size: number; readonly hits: number; readonly misses: number };
}

/**
 * What a worker says of itself, in one shape.
 *
 * @param now In milliseconds since 1970.
 */
export function workerDetails(heartbeat: HeartbeatAnswer, now: number): WorkerDetails {
  const { hostInfo } = heartbeat;
  const summary = workerSummary(heartbeat, now);
  const slots = slotKinds.flatMap((kind) => {
    const one = summary.slots[kind];
    const answer = slotsAnswer(heartbeat, kind);
    if (one === undefined) return [];
    const details: SlotDetails = {
      ...one,
      supplier: answer?.slotSupplierKind ?? "",
      processedTasks: answer?.totalProcessedTasks ?? 0,
      failedTasks: answer?.totalFailedTasks ?? 0,
    };
    return [[kind, details]];
  });
  const polling = pollerKinds.flatMap((kind) => {
    const answer = pollerAnswer(heartbeat, kind);
    if (!answer) return [];
    const one: Polling = {
      pollers: answer.currentPollers ?? 0,
      ...defined({ lastSuccessfulPollTime: isoTime(answer.lastSuccessfulPollTime) }),
      autoscaling: answer.isAutoscaling ?? false,
    };
    return [[kind, one]];
  });
  return {
    ...summary,
    slots: Object.fromEntries(slots) as WorkerDetails["slots"],
    polling: Object.fromEntries(polling) as WorkerDetails["polling"],
    process: {
      id: hostInfo?.processId ?? "",
      hostCpuUsage: hostInfo?.currentHostCpuUsage ?? 0,
      hostMemoryUsage: hostInfo?.currentHostMemUsage ?? 0,
    },
    heartbeatIntervalSeconds: secondsOf(heartbeat.elapsedSinceLastHeartbeat),
    stickyCache: {
      size: heartbeat.currentStickyCacheSize ?? 0,
      hits: heartbeat.totalStickyCacheHit ?? 0,
      misses: heartbeat.totalStickyCacheMiss ?? 0,
    },
  };
}

function pollerAnswer(
  heartbeat: HeartbeatAnswer,
  kind: PollerKind,
): HeartbeatAnswer["workflowPollerInfo"] {
  switch (kind) {
    case "workflow":
      return heartbeat.workflowPollerInfo;
    case "workflowSticky":
      return heartbeat.workflowStickyPollerInfo;
    case "activity":
      return heartbeat.activityPollerInfo;
    case "nexus":
      return heartbeat.nexusPollerInfo;
  }
}

/** A worker for people. */
export function workerText(worker: WorkerDetails): string {
  const {
    version,
    process: { id, hostCpuUsage, hostMemoryUsage },
    stickyCache,
  } = worker;
  const { heartbeatIntervalSeconds: interval } = worker;
  const slots = slotKinds.flatMap((kind) => {
    const one = worker.slots[kind];
    if (one === undefined) return [];
    const { supplier, processedTasks, failedTasks } = one;
    return [[kind, usedText(one), cell(supplier), String(processedTasks), String(failedTasks)]];
  });
  const polling = pollerKinds.flatMap((kind) => {
    const one = worker.polling[kind];
    if (one === undefined) return [];
    const { pollers, lastSuccessfulPollTime, autoscaling } = one;
    const count = autoscaling ? `${pollers}, autoscaling` : String(pollers);
    return [[kind, count, lastSuccessfulPollTime ?? "-"]];
  });
  return [
    `Worker ${worker.workerInstanceKey ?? ""}`,
    ...facts([
      ["status", worker.status],
      ["last seen", worker.lastSeen ?? ""],
      ["heartbeat", interval === 0 ? "" : `every ${durationText(interval)}`],
      ["started", worker.startTime ?? ""],
      ["identity", cell(worker.identity)],
      ["host", `${cell(worker.host ?? "")}, process ${cell(id)}`],
      ["host's cpu", percentText(hostCpuUsage)],
      ["host's memory", percentText(hostMemoryUsage)],
      ["task queue", cell(worker.taskQueue)],
      ["version", version === undefined ? "" : cell(versionText(version))],
      ["sdk", sdkText(worker.sdk)],
      [
        "sticky cache",
        `${stickyCache.size} workflows, ${stickyCache.hits} hits, ${stickyCache.misses} misses`,
      ],
    ]),
    ...table(["slots", "in use", "supplier", "processed", "failed"], slots),
    ...table(["polls", "open", "last task"], polling),
  ].join("\n");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  return ["", ...columns([header, ...rows]).map((line) => `  ${line}`)];
}

function percentText(share: number): string {
  return `${Math.round(share * 100)}%`;
}
