/**
 * What is scraped, and by which names it is found and known in the metrics.
 */
import { archiveMetricsPort, archiveName } from "../archival.ts";
import type { Cluster } from "../cluster.ts";
import {
  elasticsearchExporterName,
  elasticsearchExporterPort,
  managedElasticsearchExporter,
} from "../elasticsearch-exporter.ts";
import { gatewayName } from "../gateway.ts";
import {
  managedPostgresExporter,
  postgresExporterName,
  postgresExporterPort,
} from "../postgres-exporter.ts";
import { frontendMembers, metricsPort, type ServiceRole, serviceRoles } from "../roles.ts";
import { type Callers, parts, type Workload } from "../workload.ts";

/** Name of the workload that is Prometheus. */
export const prometheusName = "prometheus";

/** Name of the task in which Prometheus's own tool judges its config and its rules. */
export const prometheusCheckName = "prometheus-check";

/** Prometheus's port inside the cluster's network: its own default. */
export const prometheusPort = 9090;

/** Name of the workload that is Alertmanager. */
export const alertmanagerName = "alertmanager";

/** Name of the task in which Alertmanager's own tool judges its config. */
export const alertmanagerCheckName = "alertmanager-check";

/** Alertmanager's port inside the cluster's network: its own default. */
export const alertmanagerPort = 9093;

/** The port of the gateway's metrics. */
export const gatewayMetricsPort = 9101;

/** Name that stands for the addresses of all gateways, where `gateway` is one address for any of them. */
export const gatewayMembers = "gateway-headless";

/** Label of every series and of every alert, by which a Prometheus of several clusters tells them apart. */
export const clusterLabel = "temporal_cluster";

/** How metrics are watched: a Prometheus of the cluster's own, or the user's by what he scrapes by. */
export type MonitoringChoice = Cluster["monitoring"];

/** A Prometheus that the platform runs. */
export type ManagedMonitoring = Extract<MonitoringChoice, { kind: "managed" }>;

/** Objects for an operator that runs Prometheus. */
export type OperatorMonitoring = Extract<MonitoringChoice, { kind: "operator" }>;

/** An Alertmanager that the platform runs. */
export type ManagedAlertmanager = Extract<ManagedMonitoring["alertmanager"], { kind: "managed" }>;

/** Processes that are scraped as one job. */
export interface ScrapedJob {
  /** Value of the label `job`: the name of the workload. */
  readonly job:
    | ServiceRole
    | typeof gatewayName
    | typeof postgresExporterName
    | typeof elasticsearchExporterName
    | typeof archiveName
    | typeof alertmanagerName;
  /** Name that stands for the addresses of all its replicas. */
  readonly members: string;
  readonly port: number;
  /** How many there are at least. */
  readonly replicas: number;
}

/** The jobs without which a cluster does not serve: the four roles and the gateway. */
export function servingJobs({ server, gateway }: Cluster): readonly ScrapedJob[] {
  return [
    ...serviceRoles.map((role) => ({
      job: role,
      // The others' own names stand for all of their addresses.
      members: role === "frontend" ? frontendMembers : role,
      port: metricsPort,
      replicas: server.roles[role].replicas,
    })),
    {
      job: gatewayName,
      members: gatewayMembers,
      port: gatewayMetricsPort,
      replicas: gateway.replicas,
    },
  ];
}

/** The jobs of a cluster: those that serve, and what it has besides. Prometheus scrapes itself, too. */
export function scrapedJobs(cluster: Cluster): readonly ScrapedJob[] {
  const { archival, monitoring } = cluster;
  const one = (job: ScrapedJob["job"], port: number): ScrapedJob => ({
    ...{ job, members: job, port, replicas: 1 },
  });
  return [
    ...servingJobs(cluster),
    ...(managedPostgresExporter(cluster) === undefined
      ? []
      : [one(postgresExporterName, postgresExporterPort)]),
    ...(managedElasticsearchExporter(cluster) === undefined
      ? []
      : [one(elasticsearchExporterName, elasticsearchExporterPort)]),
    ...(archival.kind === "managed" ? [one(archiveName, archiveMetricsPort)] : []),
    ...(monitoring.kind === "managed" && monitoring.alertmanager.kind === "managed"
      ? [one(alertmanagerName, alertmanagerPort)]
      : []),
  ];
}

/** Whether anybody scrapes the cluster, so that the gateway has a port for it. */
export function isScraped({ monitoring }: Pick<Cluster, "monitoring">): boolean {
  return monitoring.kind !== "none";
}

/** Who reads metrics: what is in the namespace for monitoring, where a target has one, and Prometheus of the platform's own. */
export function metricsCallers({ monitoring }: Pick<Cluster, "monitoring">): Callers {
  return ["monitoring", ...(monitoring.kind === "managed" ? parts(prometheusName) : [])];
}

/** What a workload with metrics says where a Prometheus goes by annotations; nothing elsewhere. */
export function annotatedMetrics(
  { monitoring }: Pick<Cluster, "monitoring">,
  port: number,
): Pick<Workload, "annotatedMetrics"> {
  return monitoring.kind === "annotations" ? { annotatedMetrics: { port, path: "/metrics" } } : {};
}
