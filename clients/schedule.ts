/**
 * Schedules, as the frontend's API has them: unlike the SDK's client, it gives payloads that a team encrypts, and fields that the SDK does not know.
 */
import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { Connection } from "@temporalio/client";
import type { temporal } from "@temporalio/proto";
import { type Payload, payloadOf, payloadsOf } from "./payload.ts";
import { duration } from "./wire.ts";

/** A schedule of the API. */
export type ApiSchedule = temporal.api.schedule.v1.ISchedule;

/** What the server tells of a schedule. */
export type DescribedSchedule = temporal.api.workflowservice.v1.IDescribeScheduleResponse;

/** A schedule of a namespace. */
export interface SchedulePlace {
  readonly connection: Pick<Connection, "workflowService">;
  readonly namespace: string;
  readonly scheduleId: string;
}

/** When workflows start. */
export interface ScheduleTimes {
  readonly cronExpressions?: readonly string[];
  readonly intervals?: readonly {
    readonly everySeconds: number;
    readonly offsetSeconds?: number;
  }[];
  /** Times at which none starts: fields of cron expressions by name. */
  readonly except?: readonly Readonly<Record<string, string>>[];
  /** IANA name; UTC when left out. */
  readonly timezone?: string;
  readonly jitterSeconds?: number;
  /** ISO 8601, as `endAt`. */
  readonly startAt?: string;
  readonly endAt?: string;
}

/** The workflow that starts. Timeouts are in seconds; the server's own where they are left out. */
export interface ScheduledWorkflow {
  readonly workflowType: string;
  readonly taskQueue: string;
  /** The server puts the time of the start behind it. */
  readonly workflowId: string;
  /** One value for each argument, as payloadOf takes it. */
  readonly input?: readonly unknown[];
  readonly executionTimeoutSeconds?: number;
  readonly runTimeoutSeconds?: number;
  readonly taskTimeoutSeconds?: number;
  readonly memo?: Readonly<Record<string, unknown>>;
  readonly searchAttributes?: Readonly<Record<string, unknown>>;
}

/** The API's spec and action of these times and this workflow. */
export function apiSchedule(
  times: ScheduleTimes,
  workflow: ScheduledWorkflow,
): Required<Pick<ApiSchedule, "spec" | "action">> {
  return { spec: apiSpec(times), action: { startWorkflow: apiWorkflow(workflow) } };
}

function apiSpec({
  cronExpressions = [],
  intervals = [],
  except = [],
  timezone = "",
  jitterSeconds,
  startAt,
  endAt,
}: ScheduleTimes): NonNullable<ApiSchedule["spec"]> {
  return {
    cronString: [...cronExpressions],
    interval: intervals.map(({ everySeconds, offsetSeconds = 0 }) => ({
      interval: duration(everySeconds),
      phase: duration(offsetSeconds),
    })),
    excludeCalendar: [...except],
    timezoneName: timezone,
    ...(jitterSeconds === undefined ? {} : { jitter: duration(jitterSeconds) }),
    ...(startAt === undefined ? {} : { startTime: time(startAt) }),
    ...(endAt === undefined ? {} : { endTime: time(endAt) }),
  };
}

/** A point in time; protobuf.js takes numbers, as in wire.ts. */
function time(iso: string): object {
  const milliseconds = Date.parse(iso);
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: (milliseconds - seconds * 1000) * 1e6 };
}

function apiWorkflow({
  workflowType,
  taskQueue,
  workflowId,
  input = [],
  executionTimeoutSeconds,
  runTimeoutSeconds,
  taskTimeoutSeconds,
  memo,
  searchAttributes,
}: ScheduledWorkflow): temporal.api.workflow.v1.INewWorkflowExecutionInfo {
  const limit = (seconds: number | undefined) =>
    seconds === undefined ? undefined : duration(seconds);
  const [execution, run, task] = [
    limit(executionTimeoutSeconds),
    limit(runTimeoutSeconds),
    limit(taskTimeoutSeconds),
  ];
  const fields = payloadsOf(memo);
  return {
    workflowId,
    workflowType: { name: workflowType },
    taskQueue: { name: taskQueue },
    input: { payloads: input.map(payloadOf) },
    ...(execution === undefined ? {} : { workflowExecutionTimeout: execution }),
    ...(run === undefined ? {} : { workflowRunTimeout: run }),
    ...(task === undefined ? {} : { workflowTaskTimeout: task }),
    ...(fields === undefined ? {} : { memo: { fields } }),
    ...(searchAttributes === undefined
      ? {}
      : { searchAttributes: { indexedFields: indexed(searchAttributes) } }),
  };
}

/** Search attributes as lists, without a type: the server alone knows it, and takes a list of one for a value. */
function indexed(attributes: Readonly<Record<string, unknown>>): Record<string, Payload> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      payloadOf(Array.isArray(value) ? value : [value]),
    ]),
  );
}

/** What the server tells of a schedule; undefined when there is none. */
export async function describeSchedule(
  place: SchedulePlace,
): Promise<DescribedSchedule | undefined> {
  const { connection, namespace, scheduleId } = place;
  try {
    return await connection.workflowService.describeSchedule({ namespace, scheduleId });
  } catch (error) {
    if (hasCode(error, status.NOT_FOUND)) return undefined;
    throw error;
  }
}

/**
 * Creates a schedule.
 *
 * @param memo Never changes.
 * @returns False, and nothing is changed, when there is one of this id.
 */
export async function createSchedule(
  { connection, namespace, scheduleId }: SchedulePlace,
  schedule: ApiSchedule,
  memo?: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const fields = payloadsOf(memo);
  const request = {
    ...{ namespace, scheduleId, schedule, requestId: randomUUID() },
    ...(fields === undefined ? {} : { memo: { fields } }),
  };
  try {
    await connection.workflowService.createSchedule(request);
    return true;
  } catch (error) {
    if (hasCode(error, status.ALREADY_EXISTS)) return false;
    throw error;
  }
}

/** Replaces all of a schedule but its memo and its own search attributes. */
export async function updateSchedule(
  { connection, namespace, scheduleId }: SchedulePlace,
  schedule: ApiSchedule,
): Promise<void> {
  const request = { namespace, scheduleId, schedule, requestId: randomUUID() };
  await connection.workflowService.updateSchedule(request);
}

/** Deletes a schedule; the workflows that it started run on. Nothing to do when there is none. */
export async function deleteSchedule(place: SchedulePlace): Promise<void> {
  const { connection, namespace, scheduleId } = place;
  try {
    await connection.workflowService.deleteSchedule({ namespace, scheduleId });
  } catch (error) {
    if (!hasCode(error, status.NOT_FOUND)) throw error;
  }
}

function hasCode(error: unknown, code: status): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
