/**
 * What users notice: how many calls fail or are slow, as multi-window burn rates (Google, "The Site Reliability Workbook", chapter 5, table 5-8).
 */
import type { AlertRule, RecordingRule, RuleGroup, Selector } from "./rule.ts";

/** Calls whose failures users notice: starting, signalling and querying workflows, and the workers' answers. */
export const userCalls = [
  "StartWorkflowExecution",
  "SignalWithStartWorkflowExecution",
  "SignalWorkflowExecution",
  "QueryWorkflow",
  "RespondWorkflowTaskCompleted",
] as const;

/**
 * The objectives, over 30 days. Their slow calls are those that took longer than `slowSeconds`, so that the second one says that the 99th percentile is
 * below that. The seconds have to be boundaries of the server's histograms (temporal/common/metrics/config.go).
 */
export const objectives = {
  /** Share of the calls that do not fail by the server's fault. */
  availability: 0.999,
  /** Share of the calls that are fast. */
  latency: 0.99,
  slowSeconds: 1,
  /** A query waits for a worker. */
  slowQuerySeconds: 2,
} as const;

/** Fewest bad calls in the longer window: one bad call of three is no outage. */
const leastBad = 5;

/** How fast the budget of bad calls burns: an alert holds in the long window, and in the short one until it is over. */
const burns = [
  { name: "Fast", factor: 14.4, long: "1h", short: "5m", severity: "critical", gone: "two days" },
  { name: "Steady", factor: 6, long: "6h", short: "30m", severity: "critical", gone: "five days" },
  { name: "Slow", factor: 1, long: "3d", short: "6h", severity: "warning", gone: "thirty days" },
] as const;

const windows = ["5m", "30m", "1h", "6h", "3d"] as const;
type Window = (typeof windows)[number];

/** Names of what is written down: calls in a window, by operation. */
const recorded = {
  all: (window: Window) => `temporal:requests:increase${window}`,
  failed: (window: Window) => `temporal:failed_requests:increase${window}`,
  slow: (window: Window) => `temporal:slow_requests:increase${window}`,
} as const;

/** The rules of the objectives. */
export function sloRules(select: Selector): RuleGroup[] {
  return [
    {
      name: "temporal-calls",
      rules: windows.flatMap((window) => callsIn(window, select)),
    },
    {
      name: "temporal-objectives",
      rules: burns.flatMap((burn) => [
        burnAlert("Failing", "failed", 1 - objectives.availability, burn, select),
        burnAlert("Slow", "slow", 1 - objectives.latency, burn, select),
      ]),
    },
  ];
}

/** What is written down of the calls in a window. */
function callsIn(window: Window, select: Selector): RecordingRule[] {
  const increase = (metric: string, of: readonly string[], ...matchers: readonly string[]) => {
    const frontend = [`service_name="frontend"`, `operation=~"${of.join("|")}"`, ...matchers];
    return `sum by (operation) (increase(${select(metric, ...frontend)}[${window}]))`;
  };
  // Without the time for which calls waited for the same workflow's others, which is the workflow's own.
  const latency = "service_latency_nouserlatency";
  const slower = (of: readonly string[], seconds: number): string =>
    // Newer versions of Prometheus write whole numbers with a fraction.
    `${increase(`${latency}_count`, of)} - ${increase(`${latency}_bucket`, of, `le=~"${seconds}(\\\\.0)?"`)}`;
  const others = userCalls.filter((operation) => operation !== "QueryWorkflow");
  return [
    { record: recorded.all(window), expr: increase("service_requests", userCalls) },
    { record: recorded.failed(window), expr: increase("service_errors", userCalls) },
    {
      record: recorded.slow(window),
      expr: `(${slower(others, objectives.slowSeconds)}) or (${slower(["QueryWorkflow"], objectives.slowQuerySeconds)})`,
    },
  ];
}

function burnAlert(
  what: "Failing" | "Slow",
  bad: "failed" | "slow",
  budget: number,
  { name, factor, long, short, severity, gone }: (typeof burns)[number],
  select: Selector,
): AlertRule {
  // Without the noise of binary fractions.
  const share = Number((factor * budget).toPrecision(6));
  const badIn = (window: Window): string => select(recorded[bad](window));
  const above = (window: Window): string =>
    `${badIn(window)} / ${select(recorded.all(window))} > ${share}`;
  const words = what === "Failing" ? "fail" : "are slow";
  return {
    alert: `TemporalCalls${what}${name}`,
    expr: `(${above(long)}) and (${above(short)}) and ${badIn(long)} >= ${leastBad}`,
    severity,
    summary: `{{ $value | humanizePercentage }} of the {{ $labels.operation }} calls of {{ $labels.temporal_cluster }} ${words}`,
    description: `At this rate the budget of bad calls of thirty days is gone after ${gone}. It was so for the last ${long} and the last ${short}.`,
  };
}
