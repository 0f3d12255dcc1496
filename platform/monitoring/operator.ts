/**
 * The same for an operator that runs Prometheus (prometheus-operator.dev, "API reference"): what is scraped, and the rules.
 */
import type { Cluster } from "../cluster.ts";
import type { DeclaredObject } from "../custom-resource.ts";
import { clusterLabel, type OperatorMonitoring, scrapedJobs } from "./places.ts";
import { ruleGroups } from "./rules.ts";

/** The operator's API, which is stable. */
export const operatorApi = { group: "monitoring.coreos.com", version: "v1" } as const;

/** The operator's kinds of which a cluster has an object. */
export const operatorKinds = ["PodMonitor", "PrometheusRule"] as const;

const apiVersion = `${operatorApi.group}/${operatorApi.version}`;

/** Label of a pod by which it is known what it is for, as the operator's Prometheus has it (platform/labels.ts). */
const component = "app.kubernetes.io/component";
const componentInSource = `__meta_kubernetes_pod_label_${component.replaceAll(/[./]/g, "_")}`;

/** The objects of a cluster: a PodMonitor and a PrometheusRule. */
export function operatorObjects(
  cluster: Cluster,
  { labels }: OperatorMonitoring,
): readonly DeclaredObject[] {
  return [
    { apiVersion, kind: "PodMonitor", name: "temporal", labels, spec: podMonitor(cluster) },
    {
      ...{ apiVersion, kind: "PrometheusRule", name: "temporal-rules", labels },
      spec: { groups: ruleGroups(cluster) },
    },
  ];
}

/** By pods rather than by Services: gateways are behind one that stands for any of them. */
function podMonitor(cluster: Cluster): Readonly<Record<string, unknown>> {
  const values = scrapedJobs(cluster).map(({ job }) => job);
  return {
    selector: {
      matchLabels: { "app.kubernetes.io/instance": cluster.name },
      matchExpressions: [{ key: component, operator: "In", values }],
    },
    podMetricsEndpoints: [
      {
        port: "metrics",
        path: "/metrics",
        // The server's own label `namespace` is Temporal's, and would be called `exported_namespace` otherwise.
        honorLabels: true,
        relabelings: [
          { sourceLabels: [componentInSource], targetLabel: "job" },
          { targetLabel: clusterLabel, replacement: cluster.name },
        ],
      },
    ],
  };
}
