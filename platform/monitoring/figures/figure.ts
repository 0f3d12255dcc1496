/**
 * What a graph shows, as data: the same figures are panels of Grafana's dashboards and graphs of the page that Prometheus serves.
 */
import type { Selector } from "../rule.ts";

/** What the numbers of a graph are: shares from 0 to 1, seconds, events in a second, things at a time, bytes. */
export type Unit = "share" | "seconds" | "perSecond" | "count" | "bytes";

/** An expression, and how its series are called. */
export interface Line {
  readonly expr: string;
  /** Name of each series: words, and labels of the expression's result as Grafana's legends have them, such as `{{operation}}`. */
  readonly legend: string;
}

/** A graph. */
export interface Figure {
  readonly title: string;
  /** What it tells, in a sentence or two. */
  readonly description: string;
  readonly unit: Unit;
  readonly lines: readonly Line[];
}

/** Which series are meant, and over which time rates are taken. */
export interface Scope {
  readonly select: Selector;
  /** A duration of PromQL, or what stands for one. */
  readonly window: string;
}

/** Stands for the time over which a rate is taken: Grafana fills it in by the step of the graph, and so does the page. */
export const rateInterval = "$__rate_interval";

/**
 * Rates of a counter, summed.
 *
 * @param by Labels by which series are told apart; one series when there are none.
 */
export function rateBy(
  { select, window }: Scope,
  by: readonly string[],
  metric: string,
  ...matchers: readonly string[]
): string {
  return `sum${grouping(by)} (rate(${select(metric, ...matchers)}[${window}]))`;
}

/**
 * A percentile of a histogram.
 *
 * @param share Such as 0.99.
 * @param metric Name of the histogram, without `_bucket`.
 */
export function percentileBy(
  scope: Scope,
  share: number,
  by: readonly string[],
  metric: string,
  ...matchers: readonly string[]
): string {
  return `histogram_quantile(${share}, ${rateBy(scope, ["le", ...by], `${metric}_bucket`, ...matchers)})`;
}

/** Gauges, summed. */
export function sumBy(
  { select }: Scope,
  by: readonly string[],
  metric: string,
  ...matchers: readonly string[]
): string {
  return `sum${grouping(by)} (${select(metric, ...matchers)})`;
}

/** The largest of some gauges. */
export function maxBy(
  { select }: Scope,
  by: readonly string[],
  metric: string,
  ...matchers: readonly string[]
): string {
  return `max${grouping(by)} (${select(metric, ...matchers)})`;
}

/** The 50th and the 99th percentile of one histogram as two lines, with what the series are called. */
export function percentiles(
  scope: Scope,
  by: readonly string[],
  metric: string,
  ...matchers: readonly string[]
): readonly Line[] {
  const name = by.map((label) => `{{${label}}}`).join(" ");
  return [50, 99].map((percent) => ({
    expr: percentileBy(scope, percent / 100, by, metric, ...matchers),
    legend: `${name} p${percent}`.trim(),
  }));
}

function grouping(by: readonly string[]): string {
  return by.length === 0 ? "" : ` by (${by.join(", ")})`;
}
