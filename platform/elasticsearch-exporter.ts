/**
 * elasticsearch_exporter: what OpenSearch or Elasticsearch knows of itself, for Prometheus (github.com/prometheus-community/elasticsearch_exporter).
 */
import type { Cluster } from "./cluster.ts";
import type { MonitoringSecretName } from "./secrets.ts";

/** Name of the workload. */
export const elasticsearchExporterName = "elasticsearch-exporter";

/** The port of its metrics: its own default. */
export const elasticsearchExporterPort = 9114;

/** Name of the secret that carries the password of the user that it asks as. */
export const elasticsearchExporterPassword =
  "monitoring.elasticsearch-exporter" as const satisfies MonitoringSecretName;

/** The user that it asks as where the platform runs OpenSearch: it reads how the node is, and no document. */
export const elasticsearchExporterUser = "temporal_exporter";

/** The exporter as the config has it. */
export type ManagedElasticsearchExporter = Extract<
  Extract<Cluster["monitoring"], { elasticsearchExporter: object }>["elasticsearchExporter"],
  { kind: "managed" }
>;

/** The exporter of a cluster; undefined when it has none. */
export function managedElasticsearchExporter({
  monitoring,
}: Pick<Cluster, "monitoring">): ManagedElasticsearchExporter | undefined {
  if (monitoring.kind === "none" || monitoring.elasticsearchExporter.kind === "none") {
    return undefined;
  }
  return monitoring.elasticsearchExporter;
}
