/**
 * The order in which the parts of a cluster start, as data for people. tests/program/order.test.ts holds it against what the components make.
 */
import type { Cluster } from "../platform/cluster.ts";
import { postgresName } from "../platform/database.ts";
import { managedElasticsearchExporter } from "../platform/elasticsearch-exporter.ts";
import { alertmanagerCheckName, prometheusCheckName } from "../platform/monitoring/places.ts";
import { opensearchWorkload } from "../platform/opensearch.ts";
import { managedPostgresExporter } from "../platform/postgres-exporter.ts";
import { serviceRoles } from "../platform/roles.ts";
import { searchCallers, searchIndex, servingIndex } from "../platform/visibility.ts";
import { runWorkers } from "../platform/workers.ts";
import type { Task, Workload } from "../platform/workload.ts";
import {
  alertmanagerCheckTask,
  alertmanagerWorkload,
  managedAlertmanager,
} from "./alertmanager.ts";
import { archiveBucketTask, archiveWorkload } from "./archive.ts";
import { elasticsearchExporterWorkload } from "./elasticsearch-exporter.ts";
import { gatewayCheckTask, gatewayWorkload } from "./gateway.ts";
import { prometheusCheckTask, prometheusWorkload } from "./monitoring.ts";
import { postgresWorkload } from "./postgres.ts";
import { postgresExporterWorkload } from "./postgres-exporter.ts";
import { schemaTask } from "./schema.ts";
import { clusterMetadataTask, configCheckTask, roleWorkload } from "./server.ts";
import { visibilityCopyTasks, visibilityIndexTask } from "./visibility.ts";
import { uiWorkload } from "./web-ui.ts";
import { workerWorkload } from "./workers.ts";

/** A part of a cluster, and when it starts. */
export interface StartupStep {
  /** Name of the workload or task. */
  readonly name: string;
  readonly kind: "workload" | "task";
  /** Names of the parts that must be ready before. */
  readonly after: readonly string[];
  /** Reference of its image. */
  readonly image: string;
  /** How many run; 1 for a task. */
  readonly replicas: number;
  /** Time to become ready, or to end, before it has failed; in seconds. */
  readonly timeoutSeconds: number;
  /** Time to end when it is asked to, in seconds; undefined for a task. */
  readonly stopGraceSeconds?: number;
}

/** The parts of a cluster in an order in which they may start; those that wait for the same start at the same time. */
export function startupSteps(cluster: Cluster): readonly StartupStep[] {
  const { postgres, archival } = cluster;
  const store = archival.kind === "managed" ? [archiveWorkload(cluster, archival)] : [];
  const bucket = [archiveBucketTask(cluster)].filter((task) => task !== undefined);
  const managed = postgres.kind === "managed" ? [postgresWorkload(cluster, postgres)] : [];
  const search = searching(cluster);
  return [
    ...search.steps,
    ...managed.map((workload) => runs(workload, [])),
    ...store.map((workload) => runs(workload, [])),
    ...bucket.map((task) =>
      completes(
        task,
        store.map(({ name }) => name),
      ),
    ),
    completes(configCheckTask(cluster), []),
    completes(gatewayCheckTask(cluster), []),
    completes(schemaTask(cluster), managed.length === 0 ? [] : [postgresName]),
    completes(clusterMetadataTask(cluster), [
      "schema",
      "config-check",
      ...bucket.map(({ name }) => name),
      ...search.beforeRoles,
    ]),
    ...serviceRoles.map((role) => runs(roleWorkload(cluster, role), ["cluster-metadata"])),
    runs(uiWorkload(cluster), ["frontend"]),
    runs(gatewayWorkload(cluster), ["frontend", "gateway-check"]),
    ...watching(cluster, [...[...managed, ...store].map(({ name }) => name), ...search.stores]),
    ...runWorkers(cluster).map(([name, worker]) =>
      runs(workerWorkload(cluster, name, worker), ["frontend"]),
    ),
  ];
}

/** The index of a cluster and the copies into it. */
interface Searching {
  readonly steps: readonly StartupStep[];
  /** What the roles wait for. */
  readonly beforeRoles: readonly string[];
  /** The node, where the platform runs it. */
  readonly stores: readonly string[];
}

function searching(cluster: Cluster): Searching {
  const { visibility } = cluster;
  const index = searchIndex(cluster);
  if (index === undefined) return { steps: [], beforeRoles: [], stores: [] };
  const node =
    visibility.kind === "managed"
      ? [opensearchWorkload(cluster, visibility, searchCallers(cluster))]
      : [];
  const stores = node.map(({ name }) => name);
  const made = visibilityIndexTask(cluster, index);
  const { before, after } = visibilityCopyTasks(cluster);
  return {
    steps: [
      ...node.map((workload) => runs(workload, [])),
      completes(made, stores),
      ...(before === undefined ? [] : [completes(before, [made.name, "schema"])]),
      ...(after === undefined ? [] : [completes(after, serviceRoles)]),
    ],
    // What the cluster is stopped before has started before its roles.
    beforeRoles:
      servingIndex(cluster) === undefined
        ? stores
        : [made.name, ...(before === undefined ? [] : [before.name])],
    stores,
  };
}

/** What watches a cluster: it starts after what the cluster is stopped before. */
function watching(cluster: Cluster, stores: readonly string[]): readonly StartupStep[] {
  const { monitoring } = cluster;
  const exporter = managedPostgresExporter(cluster);
  const searchExporter = managedElasticsearchExporter(cluster);
  const told = monitoring.kind === "managed" ? managedAlertmanager(monitoring) : undefined;
  return [
    ...(exporter === undefined ? [] : [runs(postgresExporterWorkload(cluster, exporter), stores)]),
    ...(searchExporter === undefined
      ? []
      : [runs(elasticsearchExporterWorkload(cluster, searchExporter), stores)]),
    ...(monitoring.kind === "managed" && told !== undefined
      ? [
          completes(alertmanagerCheckTask(cluster, told), []),
          runs(alertmanagerWorkload(cluster, monitoring, told), [alertmanagerCheckName, ...stores]),
        ]
      : []),
    ...(monitoring.kind === "managed"
      ? [
          completes(prometheusCheckTask(cluster, monitoring), []),
          runs(prometheusWorkload(cluster, monitoring), [prometheusCheckName, ...stores]),
        ]
      : []),
  ];
}

function runs(workload: Workload, after: readonly string[]): StartupStep {
  const { name, image, replicas, startTimeoutSeconds, stopGraceSeconds } = workload;
  return {
    ...{ name, kind: "workload", after, image: image.reference, replicas, stopGraceSeconds },
    timeoutSeconds: startTimeoutSeconds,
  };
}

function completes(task: Task, after: readonly string[]): StartupStep {
  const { name, image, timeoutSeconds } = task;
  return { name, kind: "task", after, image: image.reference, replicas: 1, timeoutSeconds };
}
