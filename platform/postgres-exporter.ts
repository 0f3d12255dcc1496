/**
 * postgres_exporter: what PostgreSQL knows of itself, for Prometheus (github.com/prometheus-community/postgres_exporter).
 */
import type { Cluster } from "./cluster.ts";
import type { MonitoringSecretName } from "./secrets.ts";

/** Name of the workload. */
export const postgresExporterName = "postgres-exporter";

/** The port of its metrics: its own default. */
export const postgresExporterPort = 9187;

/** Name of the secret that carries the password of the role that it connects as. */
export const postgresExporterPassword =
  "monitoring.postgres-exporter" as const satisfies MonitoringSecretName;

/** The role that it connects as where the platform runs PostgreSQL: it reads statistics, and no row of any table. */
export const postgresExporterRole = "temporal_exporter";

/** Connections of one process: one of its collectors, one of what it had before it had collectors (each has `SetMaxOpenConns(1)` in its source). */
export const postgresExporterConnections = 2;

/** The exporter as the config has it. */
export type ManagedPostgresExporter = Extract<
  Extract<Cluster["monitoring"], { postgresExporter: object }>["postgresExporter"],
  { kind: "managed" }
>;

/** The exporter of a cluster; undefined when it has none. */
export function managedPostgresExporter({
  monitoring,
}: Pick<Cluster, "monitoring">): ManagedPostgresExporter | undefined {
  if (monitoring.kind === "none" || monitoring.postgresExporter.kind === "none") return undefined;
  return monitoring.postgresExporter;
}
