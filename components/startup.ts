/**
 * The order in which the parts of a cluster start, as data for people. tests/program/order.test.ts holds it against what the components make.
 */
import type { Cluster } from "../platform/cluster.ts";
import { postgresName } from "../platform/database.ts";
import { prometheusCheckName } from "../platform/monitoring/places.ts";
import { serviceRoles } from "../platform/roles.ts";
import { runWorkers } from "../platform/workers.ts";
import type { Task, Workload } from "../platform/workload.ts";
import { archiveBucketTask, archiveWorkload } from "./archive.ts";
import { gatewayCheckTask, gatewayWorkload } from "./gateway.ts";
import { prometheusCheckTask, prometheusWorkload } from "./monitoring.ts";
import { postgresWorkload } from "./postgres.ts";
import { schemaTask } from "./schema.ts";
import { clusterMetadataTask, configCheckTask, roleWorkload } from "./server.ts";
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
  const { postgres, archival, monitoring } = cluster;
  const store = archival.kind === "managed" ? [archiveWorkload(cluster, archival)] : [];
  const bucket = [archiveBucketTask(cluster)].filter((task) => task !== undefined);
  const managed = postgres.kind === "managed" ? [postgresWorkload(cluster, postgres)] : [];
  return [
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
    ]),
    ...serviceRoles.map((role) => runs(roleWorkload(cluster, role), ["cluster-metadata"])),
    runs(uiWorkload(cluster), ["frontend"]),
    runs(gatewayWorkload(cluster), ["frontend", "gateway-check"]),
    ...(monitoring.kind === "managed"
      ? [
          completes(prometheusCheckTask(cluster, monitoring), []),
          runs(prometheusWorkload(cluster, monitoring), [
            prometheusCheckName,
            ...[...managed, ...store].map(({ name }) => name),
          ]),
        ]
      : []),
    ...runWorkers(cluster).map(([name, worker]) =>
      runs(workerWorkload(cluster, name, worker), ["frontend"]),
    ),
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
