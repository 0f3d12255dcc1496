/**
 * Cron expressions, as Temporal's server reads them: it keeps calendars and intervals only (temporal/service/worker/scheduler/calendar.go,
 * `parseCronString`).
 */
import { fieldText, rangesOf, type Ranges } from "./ranges.ts";

/** Times of a wall clock, by field; a time fits when each of its fields is in one of the field's ranges. */
export interface Calendar {
  readonly second: Ranges;
  readonly minute: Ranges;
  readonly hour: Ranges;
  readonly dayOfMonth: Ranges;
  readonly month: Ranges;
  /** 0 is Sunday. */
  readonly dayOfWeek: Ranges;
  /** Empty for all years. */
  readonly year: Ranges;
  /** For people; empty where there is none. */
  readonly comment: string;
}

/** Times at an equal distance, counted from the first second of 1970. */
export interface Interval {
  readonly everySeconds: number;
  /** Less than `everySeconds`. */
  readonly offsetSeconds: number;
}

/** What one expression says. */
export interface CronRule {
  readonly rule: Calendar | Interval;
  /** Empty where it names none; an interval has none. */
  readonly timezone: string;
}

const words: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** What an expression that is none should be; what is wrong follows. */
export const cronExample =
  "must be a cron expression such as 0 6 * * MON-FRI, @daily or @every 30m";

/** The longest comment, in bytes (`maxCommentLen`). */
const maxCommentBytes = 200;

/**
 * Reads an expression: five to seven fields, or a word for them, after a time zone and before a comment.
 *
 * @throws Error with what is wrong, mostly in the server's words.
 */
export function cronRule(expression: string): CronRule {
  const [, timezone = "", rest = ""] =
    /^(?:(?:CRON_)?TZ=(\S*)\s+)?(.*)$/s.exec(expression.trim()) ?? [];
  const [body = "", ...comments] = rest.split("#");
  const comment = comments.join("#").trim();
  if (Buffer.byteLength(comment) > maxCommentBytes) throw new Error("comment is too long");
  const said = body.trim();
  if (said.startsWith("@every")) return { rule: intervalOf(said), timezone: "" };
  return { rule: calendarOf(fieldsOf(words[said] ?? said), comment), timezone };
}

/**
 * The fields of an expression, by name: what takes calendars and no expressions needs them.
 *
 * @throws Error when it is no expression of fields.
 */
export function cronFields(expression: string): Readonly<Record<keyof Calendar, string>> {
  const { rule } = cronRule(expression);
  if (!("second" in rule)) throw new Error("an interval has no place here");
  const [body = ""] = expression.trim().split("#");
  const said = body.trim();
  return { ...fieldsOf(words[said] ?? said), comment: rule.comment };
}

type Fields = Readonly<Record<Exclude<keyof Calendar, "comment">, string>>;

function fieldsOf(text: string): Fields {
  const all = text.split(/\s+/);
  if (all.length < 5 || all.length > 7) throw new Error("it does not have 5-7 fields");
  const second = all.length === 7 ? (all.shift() ?? "") : "0";
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", year = "*"] = all;
  return { second, minute, hour, dayOfMonth, month, dayOfWeek, year };
}

function calendarOf(fields: Fields, comment: string): Calendar {
  const faults: string[] = [];
  const read = (name: keyof Fields): Ranges => {
    try {
      return rangesOf(fields[name], name);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  };
  const calendar = {
    ...{ second: read("second"), minute: read("minute"), hour: read("hour") },
    ...{ dayOfMonth: read("dayOfMonth"), month: read("month"), dayOfWeek: read("dayOfWeek") },
    ...{ year: read("year"), comment },
  };
  if (faults.length > 0) throw new Error(faults.join(", "));
  return calendar;
}

/** Units of Go's durations, and days, in seconds. */
const unitSeconds: Readonly<Record<string, number>> = {
  ...{ ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3 },
  ...{ s: 1, m: 60, h: 3600, d: 86_400 },
};

function intervalOf(text: string): Interval {
  const [, every = "", offset] = /^@every ([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  const everySeconds = secondsOf(every);
  const offsetSeconds = offset === undefined || offset === "" ? 0 : secondsOf(offset);
  if (everySeconds < 1) throw new Error("interval is too small");
  if (offsetSeconds >= everySeconds) throw new Error("phase cannot be greater than Interval");
  return { everySeconds, offsetSeconds };
}

function secondsOf(text: string): number {
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d)/g;
  if (text === "" || text.replace(part, "") !== "") {
    throw new Error(`${JSON.stringify(text)} is not a time such as 30m`);
  }
  return [...text.matchAll(part)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (unitSeconds[unit] ?? 0),
    0,
  );
}

/**
 * A calendar as an expression: minute, hour, day of the month, month and day of the week; the year behind them where it matters, and the second
 * before them where it is not 0, with the year then.
 */
export function cronOf(calendar: Calendar): string {
  const field = (name: keyof Fields): string => fieldText(calendar[name], name);
  const [second, year] = [field("second"), field("year")];
  const fields = [
    ...(second === "0" ? [] : [second]),
    ...[field("minute"), field("hour")],
    ...[field("dayOfMonth"), field("month"), field("dayOfWeek")],
    ...(second === "0" && year === "*" ? [] : [year]),
  ].join(" ");
  return calendar.comment === "" ? fields : `${fields} # ${calendar.comment}`;
}
