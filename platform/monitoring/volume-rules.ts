/**
 * The volumes of a cluster on Kubernetes, of which the kubelet tells how full they are. An operator's Prometheus mostly reads that, and one that finds
 * its targets by names cannot.
 */
import type { RuleGroup } from "./rule.ts";

/**
 * The rules of the volumes in a Kubernetes namespace.
 *
 * @param namespace The cluster's own; nobody else's claims are in it.
 */
export function volumeRules(namespace: string): RuleGroup {
  const bytes = (what: string): string =>
    `kubelet_volume_stats_${what}_bytes{namespace="${namespace}"}`;
  const full = `1 - ${bytes("available")} / ${bytes("capacity")}`;
  return {
    name: "temporal-volumes",
    rules: [
      {
        alert: "TemporalVolumeFilling",
        expr: `predict_linear(${bytes("available")}[6h], 4 * 86400) < 0 and ${full} > 0.5`,
        for: "1h",
        severity: "warning",
        summary:
          "The volume {{ $labels.persistentvolumeclaim }} is full within four days at the present rate",
        description: "A PostgreSQL whose volume is full stops, and the whole cluster with it.",
      },
      {
        alert: "TemporalVolumeFull",
        expr: `${full} > 0.9`,
        for: "5m",
        severity: "critical",
        summary:
          "The volume {{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} full",
        description: "A PostgreSQL whose volume is full stops, and the whole cluster with it.",
      },
    ],
  };
}
