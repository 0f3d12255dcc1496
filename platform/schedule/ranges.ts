/**
 * The fields of cron expressions (temporal/service/worker/scheduler/calendar.go, `makeRange`).
 */

/** Values from `start` to `end`, each `step` after the one before. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Values of a field. */
export type Ranges = readonly Range[];

interface Field {
  /** By which the server's errors call it. */
  readonly title: string;
  readonly least: number;
  readonly greatest: number;
  /** Names of its values from the least one; any beginning of one is the value, when it is long enough. */
  readonly names?: readonly string[];
  /** Length of the shortest beginning. */
  readonly shortest?: number;
}

const months = [
  ...["january", "february", "march", "april", "may", "june"],
  ...["july", "august", "september", "october", "november", "december"],
];
const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Fields by name. */
const fields = {
  second: { title: "Second", least: 0, greatest: 59 },
  minute: { title: "Minute", least: 0, greatest: 59 },
  hour: { title: "Hour", least: 0, greatest: 23 },
  dayOfMonth: { title: "DayOfMonth", least: 1, greatest: 31 },
  month: { title: "Month", least: 1, greatest: 12, names: months, shortest: 3 },
  // 7 is Sunday, too.
  dayOfWeek: { title: "DayOfWeek", least: 0, greatest: 7, names: days, shortest: 2 },
  year: { title: "Year", least: 2000, greatest: 2100 },
} as const satisfies Readonly<Record<string, Field>>;

/** Name of a field. */
export type FieldName = keyof typeof fields;

/**
 * Reads a field; all years are no range at all.
 *
 * @throws Error with what is wrong, in the server's words.
 */
export function rangesOf(text: string, name: FieldName): Ranges {
  if (name === "year" && text === "*") return [];
  const parts = text.split(",").map((part) => rangeOf(part, fields[name]));
  if (name !== "dayOfWeek") return parts;
  if (parts.some(({ start, end, step }) => start === 1 && end === 7 && step === 1)) {
    throw new Error("DayOfWeek 1-7 is without Sunday to the server: write * for all days, or 1-6");
  }
  return parts.flatMap(withoutSeven);
}

function rangeOf(part: string, field: Field): Range {
  const { title, least, greatest } = field;
  const [values = "", stepText, ...slashes] = part.split("/");
  if (slashes.length > 0) throw new Error(`${title} has too many slashes`);
  if (stepText === "") throw new Error(`${title} missing step value`);
  const step = stepText === undefined ? 1 : Number(/^\d+$/.exec(stepText)?.[0] ?? 0);
  if (step < 1) throw new Error(`${title} has invalid Step`);
  if (values === "*") return { start: least, end: greatest, step };

  const [from = "", to, ...dashes] = values.split("-");
  if (dashes.length > 0) throw new Error(`${title} has too many dashes`);
  const start = valueOf(from, field);
  if (start === undefined || start < least || start > greatest) {
    const end = to === undefined ? "is" : "Start is";
    throw new Error(`${title} ${end} not in range [${least}-${greatest}]`);
  }
  if (to === undefined) return { start, end: stepText === undefined ? start : greatest, step };
  const end = valueOf(to, field);
  if (end === undefined || end < start || end > greatest) {
    throw new Error(`${title} End is before Start or not in range [${least}-${greatest}]`);
  }
  return { start, end, step };
}

function valueOf(text: string, { least, names = [], shortest = 0 }: Field): number | undefined {
  const index =
    text.length < shortest ? -1 : names.findIndex((name) => name.startsWith(text.toLowerCase()));
  if (index >= 0) return least + index;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The same days with Sunday as 0, as the server writes them. */
function withoutSeven({ start, end, step }: Range): Ranges {
  if (end !== 7) return [{ start, end, step }];
  const hasSeven = (7 - start) % step === 0 && (step > 1 || start > 1);
  const sunday = hasSeven ? [{ start: 0, end: 0, step: 1 }] : [];
  return start === 7 ? sunday : [...sunday, { start, end: 6, step }];
}

/** A field as cron says it, with the names of months and days such as `JAN` and `MON`. */
export function fieldText(ranges: Ranges, name: FieldName): string {
  if (name === "year" && ranges.length === 0) return "*";
  const { least, greatest, names = [] }: Field = fields[name];
  const last = name === "dayOfWeek" ? 6 : greatest;
  const short = (value: number): string =>
    names[value - least]?.slice(0, 3).toUpperCase() ?? String(value);
  const texts = ranges.map(({ start, end, step }) => {
    if (start === end) return short(start);
    // With a step, `*` for days would go on to 7; and all years of a calendar are no range.
    const starry = name === "dayOfWeek" ? step === 1 : name !== "year";
    const all = starry && start === least && end === last;
    const range = all ? "*" : `${short(start)}-${short(end)}`;
    return step > 1 ? `${range}/${step}` : range;
  });
  return texts.includes("*") ? "*" : texts.join(",");
}
