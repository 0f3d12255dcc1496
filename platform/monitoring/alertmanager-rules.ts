/**
 * Alertmanager, where the platform runs it.
 */
import type { RuleGroup, Selector } from "./rule.ts";

/** The rules of an Alertmanager of the platform's own. */
export function alertmanagerRules(select: Selector): RuleGroup {
  return {
    name: "temporal-alertmanager",
    rules: [
      {
        alert: "TemporalAlertsNotDelivered",
        expr: `sum by (integration) (increase(${select("alertmanager_notifications_failed_total")}[10m])) > 0`,
        // One that was not taken and is taken later is none: it is tried again after `groupInterval`.
        for: "15m",
        severity: "critical",
        summary: "Alertmanager cannot tell anybody by {{ $labels.integration }}",
        description: "Alerts fire, and whoever is told that way does not learn of them.",
      },
    ],
  };
}
