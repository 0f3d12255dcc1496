/**
 * Prometheus itself, where the platform runs it.
 */
import type { ManagedMonitoring } from "./places.ts";
import { retentionBytes } from "./prometheus-config.ts";
import type { AlertRule, RuleGroup, Selector } from "./rule.ts";

/** The rules of a Prometheus of the platform's own. */
export function prometheusRules(select: Selector, monitoring: ManagedMonitoring): RuleGroup {
  const room = retentionBytes(monitoring);
  const blocks = select("prometheus_tsdb_storage_blocks_bytes");
  const sent: AlertRule = {
    alert: "TemporalAlertsNotSent",
    expr: `sum(increase(${select("prometheus_notifications_dropped_total")}[10m])) > 0 or sum(increase(${select("prometheus_notifications_errors_total")}[10m])) > 0`,
    for: "5m",
    severity: "critical",
    summary: "Prometheus does not reach Alertmanager",
    description: "Alerts fire, and nobody is told. It stands in Prometheus's own list of alerts.",
  };
  const written: AlertRule = {
    alert: "TemporalRemoteWriteFailing",
    expr: `sum(increase(${select("prometheus_remote_storage_samples_failed_total")}[10m])) > 0 or sum(rate(${select("prometheus_remote_storage_samples_retried_total")}[10m])) > 1`,
    for: "10m",
    severity: "warning",
    summary: "Samples do not reach the remote storage",
    description: "They are tried again for about two hours, and are then lost there.",
  };
  return {
    name: "temporal-prometheus",
    rules: [
      {
        alert: "TemporalScrapeFailing",
        expr: `sum by (job) (${select("up")} == bool 0) > 0`,
        for: "10m",
        severity: "warning",
        summary: "{{ $value }} processes of {{ $labels.job }} do not give their metrics",
        description: "What other rules say of that job may be wrong meanwhile.",
      },
      {
        alert: "TemporalRulesFailing",
        expr: `sum by (rule_group) (increase(${select("prometheus_rule_evaluation_failures_total")}[5m])) > 0`,
        for: "5m",
        severity: "warning",
        summary: "Rules cannot be evaluated: {{ $labels.rule_group }}",
        description: "What they watch is not watched.",
      },
      {
        alert: "TemporalMetricsDiskFilling",
        // The write-ahead log counts as well, and Prometheus 2.42 does not tell its size; it is three hours' worth.
        expr: `predict_linear(${blocks}[6h], 4 * 86400) > ${room} and ${blocks} > ${Math.round(room / 2)}`,
        for: "1h",
        severity: "warning",
        summary: "Prometheus's volume is full within four days at the present rate",
        description:
          "Prometheus then deletes its oldest data before their time (monitoring.retention). It never fills the volume.",
      },
      ...(monitoring.alertmanager.kind === "none" ? [] : [sent]),
      ...(monitoring.remoteWrite === undefined ? [] : [written]),
    ],
  };
}
