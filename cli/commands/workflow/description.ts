/**
 * A workflow as people and programs see it.
 */
import type {
  DescribeWorkflowExecutionResponse,
  RawWorkflowExecutionInfo,
} from "@temporalio/client";
import { defined } from "../../../platform/defined.ts";
import { cell, columns, durationText, facts } from "../../output.ts";
import { isoTime, nameIn, numberIn, secondsOf } from "../../../clients/wire.ts";
import { type Payload, readable } from "./payload.ts";
import { type Pending, pendingIn, pendingText } from "./pending.ts";

/** A workflow in a list; the shape of `--format json`. */
export interface WorkflowSummary {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  /** Running, Completed, Failed, Canceled, Terminated, ContinuedAsNew, TimedOut or Paused. */
  readonly status: string;
  readonly taskQueue: string;
  readonly startTime?: string;
  /** When its first task was due: later than its start where that was delayed. */
  readonly executionTime?: string;
  readonly closeTime?: string;
}

/** Everything about a run of a workflow but its history; the shape of `--format json`. */
export interface WorkflowDescription extends WorkflowSummary, Pending {
  /** Number of events. */
  readonly historyLength: number;
  readonly historySizeBytes: number;
  /** 0 where there is no limit. */
  readonly timeouts: {
    readonly executionSeconds: number;
    readonly runSeconds: number;
    readonly taskSeconds: number;
  };
  /** The workflow that started it. */
  readonly parent?: { readonly workflowId: string; readonly runId: string };
  readonly memo: Readonly<Record<string, unknown>>;
  readonly searchAttributes: Readonly<Record<string, unknown>>;
}

/** Names of the enumeration in temporal.api.enums.v1, by their numbers from 1. */
const statuses = [
  ...["Running", "Completed", "Failed", "Canceled"],
  ...["Terminated", "ContinuedAsNew", "TimedOut", "Paused"],
];

/** What the server says of a workflow in a list, in one shape. */
export function workflowSummary(info: RawWorkflowExecutionInfo): WorkflowSummary {
  const startTime = isoTime(info.startTime);
  const executionTime = isoTime(info.executionTime);
  const closeTime = isoTime(info.closeTime);
  return {
    workflowId: info.execution?.workflowId ?? "",
    runId: info.execution?.runId ?? "",
    type: info.type?.name ?? "",
    status: nameIn(statuses, info.status),
    taskQueue: info.taskQueue ?? "",
    ...defined({ startTime, executionTime, closeTime }),
  };
}

/** What the server says of a workflow, in one shape. */
export function workflowDescription(
  answer: DescribeWorkflowExecutionResponse,
): WorkflowDescription {
  const { workflowExecutionInfo: info, executionConfig: config } = answer;
  const { workflowId, runId } = info?.parentExecution ?? {};
  return {
    ...workflowSummary(info ?? {}),
    historyLength: numberIn(info?.historyLength),
    historySizeBytes: numberIn(info?.historySizeBytes),
    timeouts: {
      executionSeconds: secondsOf(config?.workflowExecutionTimeout),
      runSeconds: secondsOf(config?.workflowRunTimeout),
      taskSeconds: secondsOf(config?.defaultWorkflowTaskTimeout),
    },
    ...(workflowId ? { parent: { workflowId, runId: runId ?? "" } } : {}),
    memo: fieldsIn(info?.memo?.fields, readable),
    searchAttributes: fieldsIn(info?.searchAttributes?.indexedFields, searchAttributeIn),
    ...pendingIn(answer),
  };
}

function fieldsIn(
  fields: Readonly<Record<string, Payload>> | null | undefined,
  valueIn: (payload: Payload) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields ?? {})
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, payload]) => [name, valueIn(payload)]),
  );
}

/** Some SDKs put every value in a list. */
function searchAttributeIn(payload: Payload): unknown {
  const value = readable(payload);
  const type = Buffer.from(payload.metadata?.["type"] ?? []).toString();
  if (type === "KeywordList" || !Array.isArray(value) || value.length !== 1) return value;
  return value[0] as unknown;
}

/** A workflow for people. */
export function workflowText(workflow: WorkflowDescription): string {
  const { timeouts, parent, memo, searchAttributes } = workflow;
  const timeout = (name: string, seconds: number): string =>
    `${name} ${seconds === 0 ? "none" : durationText(seconds)}`;
  const limits = [
    timeout("execution", timeouts.executionSeconds),
    timeout("run", timeouts.runSeconds),
    timeout("task", timeouts.taskSeconds),
  ];
  return [
    `Workflow ${cell(workflow.workflowId)}`,
    ...facts([
      ["run id", workflow.runId],
      ["type", cell(workflow.type)],
      ["status", workflow.status],
      ["task queue", cell(workflow.taskQueue)],
      ["start time", workflow.startTime ?? ""],
      ["execution time", workflow.executionTime ?? ""],
      ["close time", workflow.closeTime ?? ""],
      ["history", `${workflow.historyLength} events, ${workflow.historySizeBytes} bytes`],
      ["timeouts", limits.join(", ")],
      ["parent", parent === undefined ? "" : `${cell(parent.workflowId)}, run ${parent.runId}`],
      ["memo", ...entries(memo)],
      ["search attributes", ...entries(searchAttributes)],
    ]),
    ...pendingText(workflow),
  ].join("\n");
}

function entries(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `${cell(name)}=${JSON.stringify(value)}`);
}

/** Workflows as a table. */
export function workflowsText(workflows: readonly WorkflowSummary[]): string {
  if (workflows.length === 0) return "There is no such workflow.";
  const rows = workflows.map(({ status, workflowId, runId, type, startTime }) => [
    ...[status, cell(workflowId), runId, cell(type)],
    startTime ?? "-",
  ]);
  return columns([["status", "workflow id", "run id", "type", "start"], ...rows]).join("\n");
}
