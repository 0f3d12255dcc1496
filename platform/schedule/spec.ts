/**
 * When a schedule's workflows start, and what else of a schedule can be judged without the server.
 */
import { type Calendar, cronExample, cronRule, type Interval } from "./cron.ts";

/** Policies for a start that is due while a workflow of the schedule still runs, as Temporal's CLI names them, in the order of their numbers from 1 (temporal.api.enums.v1, `ScheduleOverlapPolicy`). */
export const overlapPolicyNames = [
  "Skip",
  "BufferOne",
  "BufferAll",
  "CancelOther",
  "TerminateOther",
  "AllowAll",
] as const;

/** One of {@link overlapPolicyNames}. */
export type OverlapPolicy = (typeof overlapPolicyNames)[number];

/** How late a workflow may start after the server was away, in seconds, when a schedule does not say (`DefaultCatchupWindow`, temporal/service/worker/scheduler/workflow.go). */
export const defaultCatchupWindowSeconds = 365 * 86_400;

/** The shortest such time, in seconds: the server takes a shorter one for this without a word (`MinCatchupWindow`, there). */
export const minCatchupWindowSeconds = 10;

/** Time that a workflow task has at a worker, in seconds, when nobody says (`history.defaultWorkflowTaskTimeout`); Temporal's CLI writes it out. */
export const defaultTaskTimeoutSeconds = 10;

/** The longest note, in bytes (`ScheduleNotesSizeLimit`, temporal/common/constants.go). */
export const maxNoteBytes = 1000;

/** The longest id that Temporal takes, in bytes: `limit.maxIDLength` as the platform sets it. */
const maxIdBytes = 255;

/** What the server puts before a schedule's id and behind the id of each workflow that it starts (`WorkflowIDPrefix`, `AppendedTimestampForValidation`, temporal/service/worker/scheduler/workflow.go). */
const [idPrefix, idSuffix] = ["temporal-sys-scheduler:", "-2009-11-10T23:00:00Z"];

/** The longest id of a schedule, in bytes. */
export const maxScheduleIdBytes = maxIdBytes - idPrefix.length;

/** The id of a schedule's workflows when it does not say, as the SDKs choose it; the server puts the time of the start behind it. */
export function defaultWorkflowId(scheduleId: string): string {
  return `${scheduleId}-workflow`;
}

/** Why the server would not take the id of a schedule's workflows; undefined when it would. */
export function workflowIdFault(workflowId: string): string | undefined {
  const bytes = Buffer.byteLength(workflowId);
  const most = maxIdBytes - idSuffix.length;
  if (bytes <= most) return undefined;
  return `must have at most ${most} bytes and has ${bytes}: Temporal puts the time of the start behind it`;
}

/** When workflows start, as people write it; all of it together, without what `except` names. */
export interface SpecSettings {
  readonly cronExpressions?: readonly string[];
  readonly intervals?: readonly {
    readonly everySeconds: number;
    readonly offsetSeconds?: number;
  }[];
  /** Cron expressions of times at which no workflow starts. */
  readonly except?: readonly string[];
  /** IANA name; UTC when left out. */
  readonly timezone?: string;
  /** Each start is up to so much later, by chance. */
  readonly jitterSeconds?: number;
  /** ISO 8601. */
  readonly startAt?: string;
  /** ISO 8601. */
  readonly endAt?: string;
}

/** The same as the server keeps it: two specs that say the same are equal. */
export interface Spec {
  readonly calendars: readonly Calendar[];
  readonly intervals: readonly Interval[];
  readonly except: readonly Calendar[];
  /** Empty for UTC. */
  readonly timezone: string;
  readonly jitterSeconds: number;
  readonly startAt?: string;
  readonly endAt?: string;
}

/**
 * What the server will make of a spec.
 *
 * @throws Error with what is wrong; see {@link specFaults}.
 */
export function specOf(settings: SpecSettings): Spec {
  const { cronExpressions = [], intervals = [], except = [], startAt, endAt } = settings;
  const rules = cronExpressions.map(cronRule);
  const time = (text: string): string => new Date(text).toISOString();
  const named = rules.find(({ timezone }) => timezone !== "")?.timezone ?? "";
  return {
    calendars: rules.flatMap(({ rule }) => ("second" in rule ? [rule] : [])),
    intervals: [
      ...intervals.map(({ everySeconds, offsetSeconds = 0 }) => ({ everySeconds, offsetSeconds })),
      ...rules.flatMap(({ rule }) => ("second" in rule ? [] : [rule])),
    ],
    except: except.flatMap((text) => {
      const { rule } = cronRule(text);
      return "second" in rule ? [rule] : [];
    }),
    timezone: zoneOf(settings.timezone ?? named),
    jitterSeconds: settings.jitterSeconds ?? 0,
    ...(startAt === undefined ? {} : { startAt: time(startAt) }),
    ...(endAt === undefined ? {} : { endAt: time(endAt) }),
  };
}

/** A time zone by one name, of UTC's two. */
export function zoneOf(timezone: string): string {
  return timezone === "UTC" ? "" : timezone;
}

/** Something wrong, and where in the settings it stands. */
export interface SpecFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What the server would not take, and what would never start. */
export function specFaults(settings: SpecSettings): readonly SpecFault[] {
  const { cronExpressions = [], intervals = [], except = [], timezone, startAt, endAt } = settings;
  const zones = new Set<string>();
  const crons = cronExpressions.flatMap((text, index) => {
    const message = cronFault(text, (zone) => zones.add(zone));
    return message === undefined ? [] : [{ path: ["cronExpressions", index], message }];
  });
  const exceptions = except.flatMap((text, index) => {
    const message = exceptFault(text);
    return message === undefined ? [] : [{ path: ["except", index], message }];
  });
  const offsets = intervals.flatMap(({ everySeconds, offsetSeconds = 0 }, index) =>
    offsetSeconds < everySeconds
      ? []
      : [{ path: ["intervals", index], message: "the offset must be less than the interval" }],
  );
  const [zone = "", ...others] = zones;
  const conflicts = others.length > 0 || (zone !== "" && ![undefined, zone].includes(timezone));
  const end =
    startAt === undefined || endAt === undefined ? 1 : Date.parse(endAt) - Date.parse(startAt);
  return [
    ...crons,
    ...exceptions,
    ...offsets,
    ...(conflicts
      ? [{ path: ["timezone"], message: "all cron expressions must be in one time zone, this one" }]
      : []),
    ...(end > 0 ? [] : [{ path: ["endAt"], message: "must be after startAt" }]),
  ];
}

function cronFault(text: string, named: (timezone: string) => unknown): string | undefined {
  try {
    const { timezone } = cronRule(text);
    named(timezone);
    if (timezone !== "" && !isTimeZone(timezone)) return `${timezone} ${timeZoneExample}`;
    return undefined;
  } catch (error) {
    return `${cronExample}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function exceptFault(text: string): string | undefined {
  const fault = cronFault(text, () => undefined);
  if (fault !== undefined) return fault;
  const { rule, timezone } = cronRule(text);
  if (!("second" in rule)) return "must be a cron expression of calendar times, and no @every";
  return timezone === "" ? undefined : "must not name a time zone: it has the schedule's";
}

/** What a time zone should be. */
export const timeZoneExample = "must be an IANA time zone such as Europe/Berlin";

/** Whether a name is an IANA time zone; the server judges whether it has it. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    // Offsets such as +01:00 are none for the server.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
