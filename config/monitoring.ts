/**
 * The keys that say how a cluster is watched, and what does not fit them.
 */
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import { defaultRunbooks } from "../platform/monitoring/runbooks.ts";
import { alertmanager } from "./alertmanager.ts";
import { address, authentication, authority } from "./authentication.ts";
import { checkDashboards, dashboards } from "./dashboards.ts";
import { checkElasticsearchExporter, elasticsearchExporter } from "./elasticsearch-exporter.ts";
import type { Key } from "./keys.ts";
import { checkPostgresExporter, postgresExporter } from "./postgres-exporter.ts";
import { days, hostPort, resources, storageGiB } from "./units.ts";

const runbooks = z
  .string()
  .regex(/^[^#\s]+$/, "must be an address without a blank and without #")
  .default(defaultRunbooks)
  .describe(
    "Where alerts find their runbooks, which have a heading for each: a copy of docs/runbooks/alerts.md as your people reach it",
  );

/** How the cluster is watched. */
export const monitoring = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("Not at all") }),
    z
      .strictObject({
        kind: z
          .literal("managed")
          .describe("The platform runs Prometheus with rules for alerts and a volume"),
        retention: days
          .prefault("15d")
          .describe("How long metrics are kept; less where the volume is too small for them"),
        storage: storageGiB.prefault("10GiB").describe("Size of its volume"),
        resources: resources("512MiB", 128),
        runbooks,
        dashboards,
        postgresExporter,
        elasticsearchExporter,
        alertmanager,
        remoteWrite: z
          .strictObject({
            url: address("https://metrics.example.com/api/v1/write").describe(
              "Where all samples are sent besides, by Prometheus's remote write",
            ),
            authentication,
            ca: authority,
          })
          .exactOptional()
          .describe("A storage elsewhere; none when left out"),
        loopbackPort: hostPort
          .exactOptional()
          .describe(
            "Docker only: port of 127.0.0.1 on the engine's machine at which Prometheus is reached. It has no login: whoever has an account there reads all metrics. Inside the cluster's network only when left out",
          ),
      })
      .transform(({ storage, retention, ...rest }) => ({
        ...rest,
        storageGiB: storage,
        retentionDays: retention,
      })),
    z.strictObject({
      kind: z
        .literal("operator")
        .describe(
          "Kubernetes only: a PodMonitor and a PrometheusRule for a Prometheus operator that is there (target.network.monitoringNamespace)",
        ),
      postgresExporter,
      elasticsearchExporter,
      runbooks,
      dashboards,
      labels: z
        .record(z.string().min(1), z.string())
        .default({})
        .describe("Labels by which the operator's Prometheus finds both, such as `release`"),
    }),
    z.strictObject({
      kind: z
        .literal("annotations")
        .describe(
          "Kubernetes only: annotations prometheus.io/scrape, port and path on the pods, for a Prometheus that goes by them; it has no rules then",
        ),
      postgresExporter,
      elasticsearchExporter,
    }),
  ])
  .prefault({ kind: "none" })
  .describe("How the cluster is watched, with Prometheus");

/** Refuses what the cluster's target cannot do, and what its PostgreSQL or its search server does not let be. */
export function checkMonitoring(cluster: Cluster, clusterKey: Key): void {
  const { target, monitoring: choice } = cluster;
  const key = clusterKey.at("monitoring");
  checkPostgresExporter(cluster, key);
  checkElasticsearchExporter(cluster, key);
  checkDashboards(cluster, key);
  if (target.kind === "docker") {
    if (choice.kind === "operator" || choice.kind === "annotations") {
      key
        .at("kind")
        .refuse(`needs a kubernetes target: ${choice.kind} is read there; use managed on docker`);
    }
  } else if (choice.kind === "managed" && choice.loopbackPort !== undefined) {
    key
      .at("loopbackPort")
      .refuse("needs a docker target: use kubectl port-forward on kubernetes, and leave it out");
  }
}
