/**
 * When a schedule's workflows start, in words.
 */
import type {
  CalendarSpecDescription,
  IntervalSpecDescription,
  Range,
  ScheduleSpecDescription,
} from "@temporalio/client";
import { cronOf as cronText } from "../../platform/schedule/cron.ts";
import { type FieldName, type Ranges, rangesOf } from "../../platform/schedule/ranges.ts";
import { durationText } from "../output.ts";

/** When workflows start; part of the shape of `--format json`. */
export interface Spec {
  /** Cron expressions as a schedule takes them: the server keeps calendars only, which these say again. */
  readonly cron: readonly string[];
  readonly intervals: readonly { readonly everySeconds: number; readonly offsetSeconds: number }[];
  /** Times at which no workflow starts, as cron expressions. */
  readonly except: readonly string[];
  readonly startAt?: string;
  readonly endAt?: string;
  /** Each start is up to so much later, by chance. */
  readonly jitterSeconds: number;
  /** IANA name. */
  readonly timeZone: string;
}

/** The spec that the SDK gives, in one shape. */
export function specOf(spec: ScheduleSpecDescription): Spec {
  const { calendars, intervals, skip, startAt, endAt, jitter, timezone } = spec;
  return {
    cron: (calendars ?? []).map(cronOf),
    // The SDK leaves out what the server leaves out, whatever its types say.
    intervals: (intervals ?? []).map(({ every, offset }: Partial<IntervalSpecDescription>) => ({
      everySeconds: (every ?? 0) / 1000,
      offsetSeconds: (offset ?? 0) / 1000,
    })),
    except: (skip ?? []).map(cronOf),
    ...(startAt === undefined ? {} : { startAt: startAt.toISOString() }),
    ...(endAt === undefined ? {} : { endAt: endAt.toISOString() }),
    jitterSeconds: (jitter ?? 0) / 1000,
    timeZone: timezone === undefined || timezone === "" ? "UTC" : timezone,
  };
}

/** A calendar of the SDK as a cron expression of Temporal. */
export function cronOf({ comment, ...calendar }: CalendarSpecDescription): string {
  const field = (name: FieldName): Ranges =>
    calendar[name].map(({ start, end, step }: Range<string | number>) => {
      const [first, last] = [numberOf(start, name), numberOf(end, name)];
      return { start: first, end: last, step };
    });
  return cronText({
    ...{ second: field("second"), minute: field("minute"), hour: field("hour") },
    ...{ dayOfMonth: field("dayOfMonth"), month: field("month") },
    ...{ dayOfWeek: field("dayOfWeek"), year: field("year"), comment: comment ?? "" },
  });
}

/** Months and days have names in the SDK. */
function numberOf(value: string | number, name: FieldName): number {
  return typeof value === "number" ? value : (rangesOf(value, name)[0]?.start ?? 0);
}

/** When workflows start, one rule a line. */
export function ruleTexts({ cron, intervals, except }: Spec): readonly string[] {
  const rules = [
    ...cron.map((expression) => `cron ${expression}`),
    ...intervals.map(({ everySeconds, offsetSeconds }) =>
      [
        `every ${durationText(everySeconds)}`,
        ...(offsetSeconds === 0 ? [] : [`offset ${durationText(offsetSeconds)}`]),
      ].join(" "),
    ),
  ];
  return [
    ...(rules.length === 0 ? ["only when triggered"] : rules),
    ...except.map((expression) => `not at ${expression}`),
  ];
}

/** When workflows start, in one line. */
export function specText(spec: Spec): string {
  const zone = spec.cron.length === 0 || spec.timeZone === "UTC" ? "" : ` (${spec.timeZone})`;
  return ruleTexts(spec).join("; ") + zone;
}
