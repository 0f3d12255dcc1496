/**
 * Rules of Prometheus as data, and how they are written (prometheus.io, "Alerting rules", "Recording rules").
 */
import { defined } from "../defined.ts";
import { clusterLabel } from "./places.ts";

/**
 * How urgent an alert is: `critical` means that users notice or soon will, and somebody is to look at once; `warning` means that somebody is to look
 * in working hours.
 */
export const severities = ["critical", "warning"] as const;
export type Severity = (typeof severities)[number];

/** A condition that is looked at in every evaluation, and what is told when it holds. */
export interface AlertRule {
  /** Unique in a cluster; also the heading of its runbook. */
  readonly alert: string;
  readonly expr: string;
  /** Time for which it has to hold, such as `5m`; at once when left out. */
  readonly for?: string;
  readonly severity: Severity;
  /** Labels besides the severity and the cluster. */
  readonly labels?: Readonly<Record<string, string>>;
  /** One line, with what varies as Prometheus's templates have it. */
  readonly summary: string;
  /** What it means, in a sentence or two. */
  readonly description: string;
}

/** A figure that is written down in every evaluation, for other rules. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (AlertRule | RecordingRule)[];
}

/** Fewest events in a second of which a percentile or a share is taken: a single one says nothing. */
export const leastPerSecond = 0.1;

/** Whether a rule is one that tells somebody. */
export function isAlert(rule: AlertRule | RecordingRule): rule is AlertRule {
  return "alert" in rule;
}

/** Address of the runbook of an alert: its heading in docs/runbooks/alerts.md. */
export function runbookOf({ alert }: AlertRule, base: string): string {
  return `${base}#${alert.toLowerCase()}`;
}

/** A group in the form of Prometheus's rule files, and of a PrometheusRule's `spec.groups`. */
export function ruleGroupContent(
  { name, rules }: RuleGroup,
  cluster: string,
  runbooks: string,
): object {
  const content = rules.map((rule) => {
    if (!isAlert(rule)) return { ...rule, labels: { [clusterLabel]: cluster } };
    const { alert, expr, severity, labels, summary, description } = rule;
    return {
      alert,
      expr,
      ...defined({ for: rule.for }),
      labels: { severity, ...labels, [clusterLabel]: cluster },
      annotations: { summary, description, runbook_url: runbookOf(rule, runbooks) },
    };
  });
  return { name, rules: content };
}

/** Writes selectors of a cluster's series. */
export type Selector = (metric: string, ...matchers: readonly string[]) => string;

/**
 * Selectors of a cluster's series, such as `up{temporal_cluster="dev",job="history"}`.
 *
 * @param cluster Name of the cluster.
 */
export function selectorOf(cluster: string): Selector {
  return (metric, ...matchers) =>
    `${metric}{${[`${clusterLabel}="${cluster}"`, ...matchers].join(",")}}`;
}
