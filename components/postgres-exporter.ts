import type { Cluster } from "../platform/cluster.ts";
import { authorityFiles, databaseAddress } from "../platform/database.ts";
import { goRuntimeEnvironment } from "../platform/go-runtime.ts";
import { postgresExporterImage } from "../platform/images.ts";
import { dataSource } from "../platform/monitoring/data-source.ts";
import { annotatedMetrics, metricsCallers } from "../platform/monitoring/places.ts";
import {
  type ManagedPostgresExporter,
  postgresExporterName,
  postgresExporterPort,
} from "../platform/postgres-exporter.ts";
import type { Port, Workload } from "../platform/workload.ts";

/** postgres_exporter as a workload. */
export function postgresExporterWorkload(
  cluster: Cluster,
  exporter: ManagedPostgresExporter,
): Workload<Readonly<Record<"metrics", Port>>> {
  const { resources } = exporter;
  return {
    name: postgresExporterName,
    image: postgresExporterImage(cluster.images),
    replicas: 1,
    discovery: "balanced",
    command: [
      "postgres_exporter",
      `--web.listen-address=:${postgresExporterPort}`,
      "--log.format=json",
    ],
    environment: { ...goRuntimeEnvironment(resources), ...dataSource(cluster, exporter) },
    files: authorityFiles(databaseAddress(cluster)),
    mounts: [],
    scratch: [],
    resources,
    ports: {
      metrics: { port: postgresExporterPort, protocol: "http", callers: metricsCallers(cluster) },
    },
    ...annotatedMetrics(cluster, postgresExporterPort),
    // Whether it runs: an exporter that PostgreSQL does not let in is told by an alert, and is no reason to fail a deployment.
    health: { kind: "http", port: postgresExporterPort, path: "/" },
    startTimeoutSeconds: 60,
    stopSignal: "SIGTERM",
    stopGraceSeconds: 5,
  };
}
