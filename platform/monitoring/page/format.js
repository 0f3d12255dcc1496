/**
 * Numbers and times as words.
 */

const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const compact = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, notation: "compact" });

/** Steps of seconds and bytes: the smallest number from which a unit is used, and its name. */
const seconds = [
  [86_400, "d"],
  [3600, "h"],
  [120, "min", 60],
  [1, "s"],
  [0.001, "ms"],
  [0, "µs", 0.000001],
];
const bytes = [
  [2 ** 40, "TiB"],
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
  [0, "B", 1],
];

/**
 * A value with its unit.
 *
 * @param {"share" | "seconds" | "perSecond" | "count" | "bytes"} unit
 * @param {number} value
 * @returns {string} "–" for no number.
 */
export function formatted(unit, value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return unit === "share" ? "0 %" : "0";
  switch (unit) {
    case "share":
      return `${digits.format(value * 100)} %`;
    case "seconds":
      return scaled(value, seconds);
    case "bytes":
      return scaled(value, bytes);
    case "perSecond":
      return `${compact.format(value)}/s`;
    default:
      return compact.format(value);
  }
}

function scaled(value, steps) {
  const [from, name, size = from] = steps.find(([least]) => Math.abs(value) >= least);
  return `${digits.format(value / size)} ${name}`;
}

/** Name of a series: its legend with the values of its labels. */
export function nameOf(legend, labels) {
  return legend
    .replace(/\{\{(\w+)\}\}/g, (_, label) => labels[label] ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

/** A moment as the axis has it: a time of day, or a day where the axis is longer than that. */
export function formattedTime(second, rangeSeconds) {
  const date = new Date(second * 1000);
  return rangeSeconds > 86_400
    ? date.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" })
    : date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** A moment in full. */
export function formattedMoment(second) {
  const date = new Date(second * 1000);
  return `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${date.toLocaleTimeString("en-GB")}`;
}

/** Between two lines of a scale that has about so many: 1, 2 or 5 times a power of ten, or a power of two for bytes. */
export function niceStep(largest, count, unit) {
  const rough = largest / count;
  if (unit === "bytes") return 2 ** Math.ceil(Math.log2(rough));
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => power * factor >= rough);
}
