/**
 * Tests of rules, in the form of Prometheus's own tool: series over time, and which alerts fire.
 */
import { expect } from "vitest";
import {
  isAlert,
  type RuleGroup,
  ruleGroupContent,
  runbookOf,
} from "../../../platform/monitoring/rule.ts";
import { defaultRunbooks } from "../../../platform/monitoring/runbooks.ts";
import { rulesOf } from "../../../platform/monitoring/rules.ts";
import { clusterWith } from "../../../testkit/clusters.ts";
import { judge } from "../../../testkit/promtool.ts";

/** A cluster with the rules of a Prometheus of the platform's own. */
export const watched = clusterWith({
  server: { roles: { history: { replicas: 2 } } },
  archival: { kind: "managed" },
  visibility: { kind: "managed" },
  monitoring: {
    kind: "managed",
    alertmanager: {
      kind: "managed",
      receivers: { oncall: { kind: "webhook", url: { env: "ALERTS_URL" } } },
    },
    remoteWrite: { url: "https://metrics.example.com/api/v1/write" },
  },
});

/** A cluster with the rules for an operator's. */
export const operated = clusterWith({
  target: { kind: "kubernetes", context: "x" },
  monitoring: { kind: "operator" },
});

/** Every group of rules that there is. */
export const groups: readonly RuleGroup[] = [
  ...new Map(
    [...rulesOf(operated), ...rulesOf(watched)].map((group) => [group.name, group]),
  ).values(),
];

/** Every alert. */
export const alerts = groups.flatMap(({ rules }) => rules.filter(isAlert));

/** Series in the notation of the tool without the cluster's label, such as `up{job="history"}`, and their values, such as `1x10`. */
export type Series = Readonly<Record<string, string>>;

/** What is there to see. */
export interface Scene {
  readonly series: Series;
  /** When the rules are asked, such as `10m`. */
  readonly at: string;
  /** Time between two values, and between two evaluations; a minute when left out. */
  readonly every?: string;
}

/** An alert that fires: its labels besides those that every one of its kind has, and what it says. */
export interface Fired {
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Fails unless just these alerts of a name fire; for each name of a rule the labels choose which of its rules is meant. */
export async function expectAlerts(
  alert: string,
  { series, at, every = "1m" }: Scene,
  fired: readonly Fired[],
): Promise<void> {
  const used = groupsOf(alert);
  const test = {
    rule_files: ["rules.yml"],
    evaluation_interval: every,
    // In any order otherwise, so that what others write down may be an interval old.
    group_eval_order: used.map(({ name }) => name),
    tests: [
      {
        interval: every,
        input_series: Object.entries(series).map(([name, values]) => ({
          series: ofCluster(name),
          values,
        })),
        alert_rule_test: [
          {
            eval_time: at,
            alertname: alert,
            exp_alerts: fired.map((one) => expected(alert, one)),
          },
        ],
      },
    ],
  };
  const files = {
    "rules.yml": {
      groups: used.map((group) => ruleGroupContent(group, watched.name, defaultRunbooks)),
    },
    "test.yml": test,
  };
  const { exitCode, output } = await judge(["test", "rules", "test.yml"], files);
  expect(exitCode, output).toBe(0);
}

/** The groups that an alert needs: its own, and where it goes by figures that others write down, those. The rest would only take time. */
function groupsOf(alert: string): readonly RuleGroup[] {
  const own = groups.flatMap(({ rules }) =>
    rules.filter((rule) => isAlert(rule) && rule.alert === alert),
  );
  return groups.filter(({ rules }) =>
    rules.some((rule) =>
      isAlert(rule)
        ? rule.alert === alert
        : own.some(({ expr }) => expr.includes(`${rule.record}{`)),
    ),
  );
}

function expected(alert: string, { labels = {}, summary }: Fired): object {
  const rule = alerts.find(
    (one) =>
      one.alert === alert &&
      Object.entries(one.labels ?? {}).every(([name, value]) => labels[name] === value),
  );
  if (rule === undefined)
    throw new Error(`there is no alert ${alert} with ${JSON.stringify(labels)}`);
  const { severity, description } = rule;
  return {
    exp_labels: { severity, temporal_cluster: watched.name, ...labels },
    exp_annotations: { summary, description, runbook_url: runbookOf(rule, defaultRunbooks) },
  };
}

/** A series with the cluster's label; those of others have none. */
function ofCluster(name: string): string {
  if (name.startsWith("kubelet_")) return name;
  const label = `temporal_cluster="${watched.name}"`;
  return name.includes("{") ? name.replace("{", `{${label},`) : `${name}{${label}}`;
}
