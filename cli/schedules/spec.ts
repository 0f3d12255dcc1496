/**
 * When a schedule's workflows start, in words.
 */
import type {
  CalendarSpecDescription,
  IntervalSpecDescription,
  Range,
  ScheduleSpecDescription,
} from "@temporalio/client";
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

type Value = number | string;

/** The least and the greatest of each field: a range over all of them is a `*`. */
const bounds = {
  second: [0, 59],
  minute: [0, 59],
  hour: [0, 23],
  dayOfMonth: [1, 31],
  month: ["JANUARY", "DECEMBER"],
  dayOfWeek: ["SUNDAY", "SATURDAY"],
} as const;

/**
 * A calendar as a cron expression of Temporal: minute, hour, day of the month, month and day of the week; the year behind them where it matters, and the
 * second before them where it is not 0, with the year then.
 */
export function cronOf(calendar: CalendarSpecDescription): string {
  const field = (name: keyof typeof bounds): string => fieldOf(calendar[name], bounds[name]);
  const second = field("second");
  const year = calendar.year.length === 0 ? "*" : fieldOf(calendar.year);
  const seconds = second === "0" ? [] : [second];
  const fields = [
    ...seconds,
    ...[field("minute"), field("hour")],
    ...[field("dayOfMonth"), field("month"), field("dayOfWeek")],
    ...(seconds.length === 0 && year === "*" ? [] : [year]),
  ].join(" ");
  const { comment } = calendar;
  return comment === undefined || comment === "" ? fields : `${fields} # ${comment}`;
}

function fieldOf(
  ranges: readonly Range<Value>[],
  [least, greatest]: readonly Value[] = [],
): string {
  const texts = ranges.map(({ start, end, step }) => {
    if (start === end) return short(start);
    const range = start === least && end === greatest ? "*" : `${short(start)}-${short(end)}`;
    return step > 1 ? `${range}/${step}` : range;
  });
  return texts.includes("*") ? "*" : texts.join(",");
}

/** Months and days as cron names them: JAN, MON. */
function short(value: Value): string {
  return typeof value === "number" ? String(value) : value.slice(0, 3);
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
