/**
 * A schedule as people and programs see it.
 */
import type {
  ScheduleDescription as SdkDescription,
  ScheduleExecutionResult,
  ScheduleSummary as SdkSummary,
} from "@temporalio/client";
import { defined } from "../../platform/defined.ts";
import { cell, columns, durationText, facts } from "../output.ts";
import { type OverlapPolicy, overlapPolicyOf } from "./input.ts";
import { ruleTexts, type Spec, specOf, specText } from "./spec.ts";

/** A schedule in a list; the shape of `--format json`. */
export interface ScheduleSummary {
  readonly scheduleId: string;
  readonly workflowType: string;
  readonly spec: Spec;
  readonly paused: boolean;
  /** Such as why it is paused; empty where there is none. */
  readonly note: string;
  /** When workflows start next, unless it is paused. */
  readonly nextActionTimes: readonly string[];
}

/** A workflow that a schedule started. */
export interface StartedWorkflow {
  readonly workflowId: string;
  /** Of its first run. */
  readonly runId: string;
}

/** Everything about a schedule; the shape of `--format json`. */
export interface ScheduleDescription extends ScheduleSummary {
  readonly action: { readonly workflowId: string; readonly taskQueue: string };
  readonly policies: {
    readonly overlapPolicy: OverlapPolicy;
    /** How late a workflow may start after the server was away. */
    readonly catchupWindowSeconds: number;
    readonly pauseOnFailure: boolean;
  };
  /** How many workflows will still start; left out where there is no limit. */
  readonly remainingActions?: number;
  readonly createdAt: string;
  readonly updatedAt?: string;
  readonly actionCount: number;
  /** Not started, because another one still ran. */
  readonly overlapSkipped: number;
  /** Not started, because it was too late. */
  readonly missedCatchupWindow: number;
  readonly runningWorkflows: readonly StartedWorkflow[];
  /** The last ones, the oldest first. */
  readonly recentActions: readonly (StartedWorkflow & {
    readonly scheduledAt: string;
    readonly startedAt: string;
  })[];
}

/** A schedule of a list, in one shape. */
export function scheduleSummary({
  scheduleId,
  action,
  spec,
  state,
  info,
}: Omit<SdkSummary, "searchAttributes">): ScheduleSummary {
  return {
    scheduleId,
    workflowType: action?.workflowType ?? "",
    spec: specOf(spec ?? {}),
    paused: state.paused,
    note: state.note ?? "",
    nextActionTimes: info.nextActionTimes.map((time) => time.toISOString()),
  };
}

/** What the server says of a schedule, in one shape. */
export function scheduleDescription(schedule: SdkDescription): ScheduleDescription {
  const { action, policies, state, info } = schedule;
  const { lastUpdatedAt } = info;
  return {
    ...scheduleSummary(schedule),
    action: { workflowId: action.workflowId, taskQueue: action.taskQueue },
    policies: {
      overlapPolicy: overlapPolicyOf(policies.overlap) ?? "Skip",
      catchupWindowSeconds: policies.catchupWindow / 1000,
      pauseOnFailure: policies.pauseOnFailure,
    },
    ...defined({ remainingActions: state.remainingActions }),
    createdAt: info.createdAt.toISOString(),
    ...(lastUpdatedAt === undefined ? {} : { updatedAt: lastUpdatedAt.toISOString() }),
    actionCount: info.numActionsTaken,
    overlapSkipped: info.numActionsSkippedOverlap,
    missedCatchupWindow: info.numActionsMissedCatchupWindow,
    runningWorkflows: info.runningActions.map(startedWorkflow),
    recentActions: info.recentActions.map(({ action: taken, scheduledAt, takenAt }) => ({
      ...startedWorkflow(taken),
      scheduledAt: scheduledAt.toISOString(),
      startedAt: takenAt.toISOString(),
    })),
  };
}

function startedWorkflow({ workflow }: ScheduleExecutionResult["action"]): StartedWorkflow {
  return { workflowId: workflow.workflowId, runId: workflow.firstExecutionRunId };
}

/** Schedules as a table. */
export function schedulesText(schedules: readonly ScheduleSummary[]): string {
  if (schedules.length === 0) return "There is no schedule.";
  const rows = schedules.map(({ scheduleId, spec, paused, note, nextActionTimes }) => [
    ...[scheduleId, cell(specText(spec)), paused ? "-" : (nextActionTimes[0] ?? "-")],
    ...[paused ? "yes" : "no", cell(note)],
  ]);
  return columns([["schedule", "spec", "next run", "paused", "note"], ...rows]).join("\n");
}

/** How many of the next starts are shown to people. */
const shownNext = 5;

/** A schedule for people. */
export function scheduleText(schedule: ScheduleDescription): string {
  const { spec, policies, paused, recentActions, nextActionTimes, runningWorkflows } = schedule;
  const { startAt, endAt, jitterSeconds } = spec;
  const next = nextActionTimes.slice(0, shownNext);
  return [
    `Schedule ${schedule.scheduleId}`,
    ...facts([
      ["workflow type", schedule.workflowType],
      ["workflow id", schedule.action.workflowId],
      ["task queue", schedule.action.taskQueue],
      ["starts", ...ruleTexts(spec)],
      ["time zone", spec.timeZone],
      ...(startAt === undefined ? [] : [["from", startAt] as const]),
      ...(endAt === undefined ? [] : [["until", endAt] as const]),
      ["jitter", jitterSeconds === 0 ? "none" : `up to ${durationText(jitterSeconds)}`],
      ["overlap policy", policies.overlapPolicy],
      ["catchup window", durationText(policies.catchupWindowSeconds)],
      ["pause on failure", policies.pauseOnFailure ? "yes" : "no"],
      ["paused", paused ? "yes" : "no"],
      ["note", cell(schedule.note)],
      ["actions", actionsText(schedule)],
      ["created", schedule.createdAt],
      ["updated", schedule.updatedAt ?? ""],
      ["running", ...runningWorkflows.map(({ workflowId, runId }) => `${workflowId} ${runId}`)],
      [paused ? "next, unpaused" : "next", ...next],
    ]),
    ...(recentActions.length === 0 ? [] : ["", ...recentRows(recentActions)]),
  ].join("\n");
}

function actionsText({
  actionCount,
  overlapSkipped,
  missedCatchupWindow,
  remainingActions,
}: ScheduleDescription): string {
  return [
    `${actionCount} taken`,
    `${overlapSkipped} skipped by overlap`,
    `${missedCatchupWindow} missed`,
    ...(remainingActions === undefined ? [] : [`${remainingActions} remain`]),
  ].join(", ");
}

function recentRows(actions: ScheduleDescription["recentActions"]): string[] {
  return columns([
    ["recent run", "started", "workflow", "run"],
    ...actions.map(({ scheduledAt, startedAt, workflowId, runId }) => [
      ...[scheduledAt, startedAt, workflowId, runId],
    ]),
  ]).map((line) => `  ${line}`);
}
