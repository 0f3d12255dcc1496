/**
 * The parts of a schedule, each in one form: what the program says and what the server tells of the same schedule are equal.
 */
import { createHash } from "node:crypto";
import { valueOf, valuesOf } from "../../../../clients/payload.ts";
import type { ApiSchedule, DescribedSchedule } from "../../../../clients/schedule.ts";
import { isoTime, nameIn, secondsOf } from "../../../../clients/wire.ts";
import { defined } from "../../../../platform/defined.ts";
import { type Calendar, cronOf } from "../../../../platform/schedule/cron.ts";
import {
  defaultTaskTimeoutSeconds,
  defaultWorkflowId,
  overlapPolicyNames,
  type Spec,
  specOf,
  type SpecSettings,
  zoneOf,
} from "../../../../platform/schedule/spec.ts";
import type { Properties } from "../../../protocol/values.ts";

/** Names of the parts. */
export const partNames = ["spec", "action", "policies"] as const;

/** The parts, as JSON. */
export type Parts = Readonly<Record<(typeof partNames)[number], Properties>>;

/** What tells whether a part is as it was, without what is in it: arguments of workflows may be secrets. */
export type Digests = Readonly<Record<(typeof partNames)[number], string>>;

/** What the server tells of a schedule. */
export interface SeenSchedule {
  readonly parts: Parts;
  readonly paused: boolean;
  /** Empty where there is none. */
  readonly note: string;
  /** Empty where there is none. */
  readonly memo: Properties;
}

/** The parts that inputs ask for; `other` is what only a server told. */
export function partsOf(inputs: Properties): Parts {
  const { overlapPolicy, catchupWindowSeconds, pauseOnFailure } = inputs;
  return {
    spec: specPart(inputs["spec"]),
    action: actionPart(inputs["action"], String(inputs["scheduleId"])),
    policies: { overlapPolicy, catchupWindowSeconds, pauseOnFailure },
  };
}

function specPart(value: unknown): Properties {
  const { other, ...settings } = value as SpecSettings & { readonly other?: unknown };
  return { ...specOf(settings), ...defined({ other }) };
}

function actionPart(value: unknown, scheduleId: string): Properties {
  const action = value as Properties & { readonly searchAttributes?: Properties };
  const { taskTimeoutSeconds, ...rest } = action;
  return withoutEmpty({
    workflowId: defaultWorkflowId(scheduleId),
    ...rest,
    taskTimeoutSeconds: unlessDefault(taskTimeoutSeconds),
    ...(action.searchAttributes === undefined
      ? {}
      : { searchAttributes: withoutLists(action.searchAttributes) }),
  });
}

function unlessDefault(taskTimeoutSeconds: unknown): unknown {
  return taskTimeoutSeconds === defaultTaskTimeoutSeconds ? undefined : taskTimeoutSeconds;
}

/** Without lists and objects that are empty, at the top. */
function withoutEmpty(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(
      ([, value]) =>
        value !== undefined &&
        !(typeof value === "object" && value !== null && Object.keys(value).length === 0),
    ),
  );
}

/** Search attributes with the value of each list of one in its place: the server knows no difference. */
function withoutLists(attributes: Properties): Properties {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const list: readonly unknown[] = Array.isArray(value) ? value : [];
      return [name, list.length === 1 ? list[0] : value];
    }),
  );
}

/** What the server tells. */
export function seenSchedule({ schedule, memo }: DescribedSchedule): SeenSchedule {
  const { spec, action, policies, state } = schedule ?? {};
  const { overlapPolicy, catchupWindow, pauseOnFailure } = policies ?? {};
  return {
    parts: {
      spec: seenSpec(spec ?? {}),
      action: seenAction(action?.startWorkflow ?? {}),
      policies: {
        overlapPolicy: nameIn(overlapPolicyNames, overlapPolicy),
        catchupWindowSeconds: secondsOf(catchupWindow),
        pauseOnFailure: pauseOnFailure ?? false,
        ...others(policies, ["overlapPolicy", "catchupWindow", "pauseOnFailure"]),
      },
    },
    paused: state?.paused ?? false,
    note: state?.notes ?? "",
    memo: valuesOf(memo?.fields),
  };
}

type ApiSpec = NonNullable<ApiSchedule["spec"]>;
type ApiCalendar = NonNullable<ApiSpec["structuredCalendar"]>[number];
type ApiWorkflow = NonNullable<NonNullable<ApiSchedule["action"]>["startWorkflow"]>;

function seenSpec(spec: ApiSpec): Properties {
  const { structuredCalendar, interval, excludeStructuredCalendar, timezoneName } = spec;
  const seen: Spec = {
    calendars: (structuredCalendar ?? []).map(calendarOf),
    intervals: (interval ?? []).map((one) => ({
      everySeconds: secondsOf(one.interval),
      offsetSeconds: secondsOf(one.phase),
    })),
    except: (excludeStructuredCalendar ?? []).map(calendarOf),
    timezone: zoneOf(timezoneName ?? ""),
    jitterSeconds: secondsOf(spec.jitter),
    ...defined({ startAt: isoTime(spec.startTime), endAt: isoTime(spec.endTime) }),
  };
  const known = [
    ...["structuredCalendar", "interval", "excludeStructuredCalendar"],
    ...["timezoneName", "jitter", "startTime", "endTime"],
  ];
  return { ...seen, ...others(spec, known) };
}

function calendarOf(calendar: ApiCalendar): Calendar {
  const field = (ranges: ApiCalendar["second"]) =>
    (ranges ?? []).map(({ start, end, step }) => {
      const first = start ?? 0;
      return { start: first, end: Math.max(first, end ?? 0), step: Math.max(1, step ?? 0) };
    });
  const { second, minute, hour, dayOfMonth, month, dayOfWeek, year, comment } = calendar;
  return {
    ...{ second: field(second), minute: field(minute), hour: field(hour) },
    ...{ dayOfMonth: field(dayOfMonth), month: field(month), dayOfWeek: field(dayOfWeek) },
    ...{ year: field(year), comment: comment ?? "" },
  };
}

function seenAction(workflow: ApiWorkflow): Properties {
  const { workflowId, workflowType, taskQueue, input, memo, searchAttributes } = workflow;
  const limit = (duration: ApiWorkflow["workflowRunTimeout"]) => secondsOf(duration) || undefined;
  const attributes = Object.entries(searchAttributes?.indexedFields ?? {}).map(
    // The server adds the type of the attribute.
    ([name, { metadata, data }]) => {
      const about = Object.entries(metadata ?? {}).filter(([key]) => key !== "type");
      return [name, valueOf({ metadata: Object.fromEntries(about), data: data ?? null })] as const;
    },
  );
  const known = [
    ...["workflowId", "workflowType", "taskQueue", "input", "memo", "searchAttributes"],
    ...["workflowExecutionTimeout", "workflowRunTimeout", "workflowTaskTimeout"],
    // The server takes none but the default.
    "workflowIdReusePolicy",
  ];
  return withoutEmpty({
    ...{ workflowType: workflowType?.name, taskQueue: taskQueue?.name, workflowId },
    input: (input?.payloads ?? []).map(valueOf),
    executionTimeoutSeconds: limit(workflow.workflowExecutionTimeout),
    runTimeoutSeconds: limit(workflow.workflowRunTimeout),
    taskTimeoutSeconds: unlessDefault(limit(workflow.workflowTaskTimeout)),
    memo: valuesOf(memo?.fields),
    searchAttributes: withoutLists(Object.fromEntries(attributes)),
    ...others(workflow, known),
  });
}

/** What a message says beyond the keys that inputs have, such as a retry policy, as `other`; nothing where it says no more. */
function others(
  message: object | null | undefined,
  known: readonly string[],
): { readonly other?: Properties } {
  const all = JSON.parse(JSON.stringify(message ?? {})) as Properties;
  const other = said(
    Object.fromEntries(Object.entries(all).filter(([key]) => !known.includes(key))),
  );
  return other === undefined ? {} : { other: other as Properties };
}

/** A value without what is only a default; undefined when nothing is left. */
function said(value: unknown): unknown {
  if (value === null || value === "" || value === 0 || value === false) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  const members = Object.entries(value).flatMap(([key, member]) => {
    const left = said(member);
    return left === undefined ? [] : [[key, left] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** What tells whether the parts are as they were. */
export function digestsOf(parts: Parts): Digests {
  const digest = (part: Properties): string =>
    createHash("sha256")
      .update(JSON.stringify(sorted(part)))
      .digest("hex");
  return {
    spec: digest(parts.spec),
    action: digest(parts.action),
    policies: digest(parts.policies),
  };
}

/** JSON with its keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]));
}

/** The inputs that ask for a part. */
export const inputsOfPart = {
  spec: (part: Properties): Properties => ({ spec: specInputs(part) }),
  action: (part: Properties): Properties => ({ action: part }),
  policies: (part: Properties): Properties => part,
} as const satisfies Readonly<Record<keyof Parts, (part: Properties) => Properties>>;

function specInputs(part: Properties): Properties {
  const { calendars, intervals, except, timezone, jitterSeconds, ...rest } =
    part as unknown as Spec;
  return withoutEmpty({
    cronExpressions: calendars.map(cronOf),
    intervals: intervals.map(({ everySeconds, offsetSeconds }) => ({
      everySeconds,
      ...(offsetSeconds === 0 ? {} : { offsetSeconds }),
    })),
    except: except.map(cronOf),
    timezone: timezone === "" ? undefined : timezone,
    jitterSeconds: jitterSeconds === 0 ? undefined : jitterSeconds,
    ...rest,
  });
}
