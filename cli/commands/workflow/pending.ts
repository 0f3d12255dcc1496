/**
 * What a workflow waits for: its workflow task, its activities and its children.
 */
import type { DescribeWorkflowExecutionResponse } from "@temporalio/client";
import { defined } from "../../../platform/defined.ts";
import { cell, columns } from "../../output.ts";
import { isoTime, nameIn, numberIn } from "../../../clients/wire.ts";
import { readable } from "./payload.ts";

/** An activity that has not ended. */
export interface PendingActivity {
  readonly activityId: string;
  readonly type: string;
  /** Scheduled, Started, CancelRequested, Paused or PauseRequested. */
  readonly state: string;
  /** From 1. */
  readonly attempt: number;
  /** 0 where there is no limit. */
  readonly maximumAttempts: number;
  readonly scheduledTime?: string;
  readonly lastStartedTime?: string;
  readonly lastHeartbeatTime?: string;
  readonly heartbeatDetails: readonly unknown[];
  /** Message of the last attempt's failure. */
  readonly lastFailure?: string;
  /** Who took it last. */
  readonly lastWorkerIdentity?: string;
}

/** A workflow that this one has started, and that has not ended. */
export interface PendingChild {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
}

/** What a workflow waits for; part of the shape of `--format json`. */
export interface Pending {
  readonly pendingWorkflowTask?: {
    /** Scheduled or Started. */
    readonly state: string;
    /** From 1. */
    readonly attempt: number;
    readonly scheduledTime?: string;
    readonly startedTime?: string;
  };
  readonly pendingActivities: readonly PendingActivity[];
  readonly pendingChildren: readonly PendingChild[];
}

// Names of the enumerations in temporal.api.enums.v1, by their numbers from 1.
const activityStates = ["Scheduled", "Started", "CancelRequested", "Paused", "PauseRequested"];
const taskStates = ["Scheduled", "Started"];

/** What the server says, in one shape. */
export function pendingIn(answer: DescribeWorkflowExecutionResponse): Pending {
  const { pendingWorkflowTask: task, pendingActivities, pendingChildren } = answer;
  const scheduledTime = isoTime(task?.scheduledTime);
  const startedTime = isoTime(task?.startedTime);
  return {
    ...(task == null
      ? {}
      : {
          pendingWorkflowTask: {
            state: nameIn(taskStates, task.state),
            attempt: numberOf(task.attempt),
            ...defined({ scheduledTime, startedTime }),
          },
        }),
    pendingActivities: (pendingActivities ?? []).map(activityIn),
    pendingChildren: (pendingChildren ?? []).map(({ workflowId, runId, workflowTypeName }) => ({
      workflowId: workflowId ?? "",
      runId: runId ?? "",
      type: workflowTypeName ?? "",
    })),
  };
}

/** A number of 32 or 64 bits. */
function numberOf(value: Parameters<typeof numberIn>[0] | number): number {
  return typeof value === "number" ? value : numberIn(value);
}

type Activity = NonNullable<DescribeWorkflowExecutionResponse["pendingActivities"]>[number];

function activityIn(activity: Activity): PendingActivity {
  const scheduledTime = isoTime(activity.scheduledTime);
  const lastStartedTime = isoTime(activity.lastStartedTime);
  const lastHeartbeatTime = isoTime(activity.lastHeartbeatTime);
  const { lastFailure, lastWorkerIdentity } = activity;
  return {
    activityId: activity.activityId ?? "",
    type: activity.activityType?.name ?? "",
    state: nameIn(activityStates, activity.state),
    attempt: activity.attempt ?? 0,
    maximumAttempts: activity.maximumAttempts ?? 0,
    ...defined({ scheduledTime, lastStartedTime, lastHeartbeatTime }),
    heartbeatDetails: (activity.heartbeatDetails?.payloads ?? []).map(readable),
    ...(lastFailure == null ? {} : { lastFailure: failureMessage(lastFailure) }),
    ...(lastWorkerIdentity ? { lastWorkerIdentity } : {}),
  };
}

/** A failure and its causes (`temporal.api.failure.v1.Failure`). */
export interface Failure {
  readonly message?: string | null;
  readonly cause?: Failure | null;
}

/** Messages of a failure and its causes, the outermost first. */
export function failureMessage({ message, cause }: Failure): string {
  return cause == null ? (message ?? "") : `${message ?? ""}: ${failureMessage(cause)}`;
}

/** What a workflow waits for, in tables for people; nothing where it does not wait. */
export function pendingText({
  pendingWorkflowTask: task,
  pendingActivities,
  pendingChildren,
}: Pending): readonly string[] {
  const activities = pendingActivities.map((activity) => {
    const { activityId, type, state, attempt, maximumAttempts, lastFailure = "" } = activity;
    const limit = maximumAttempts === 0 ? "" : ` of ${maximumAttempts}`;
    return [cell(activityId), cell(type), state, `${attempt}${limit}`, cell(lastFailure)];
  });
  const children = pendingChildren.map(({ workflowId, runId, type }) => [
    ...[cell(workflowId), runId, cell(type)],
  ]);
  const table = (title: string, header: string[], rows: string[][]): string[] =>
    rows.length === 0 ? [] : ["", title, ...columns([header, ...rows]).map((line) => `  ${line}`)];
  return [
    ...table(
      "Pending workflow task",
      ["state", "attempt", "scheduled", "started"],
      task === undefined
        ? []
        : [
            [
              ...[task.state, String(task.attempt)],
              ...[task.scheduledTime ?? "-", task.startedTime ?? "-"],
            ],
          ],
    ),
    ...table("Pending activities", ["id", "type", "state", "attempt", "last failure"], activities),
    ...table("Pending children", ["workflow id", "run id", "type"], children),
  ];
}
