import type { Cluster } from "../platform/cluster.ts";
import {
  elasticsearchExporterName,
  elasticsearchExporterPassword,
  elasticsearchExporterPort,
  elasticsearchExporterUser,
  type ManagedElasticsearchExporter,
} from "../platform/elasticsearch-exporter.ts";
import { goRuntimeEnvironment } from "../platform/go-runtime.ts";
import { elasticsearchExporterImage } from "../platform/images.ts";
import { annotatedMetrics, metricsCallers } from "../platform/monitoring/places.ts";
import { searchAuthorityIn, searchFiles, searchIndex } from "../platform/visibility.ts";
import type { EnvironmentValue, Port, Workload } from "../platform/workload.ts";

/**
 * elasticsearch_exporter as a workload.
 *
 * @throws Error when the cluster has no index.
 */
export function elasticsearchExporterWorkload(
  cluster: Cluster,
  exporter: ManagedElasticsearchExporter,
): Workload<Readonly<Record<"metrics", Port>>> {
  const { resources } = exporter;
  const index = searchIndex(cluster);
  if (index === undefined) throw new Error("there is no search server to ask");
  const authority = searchAuthorityIn(index);
  return {
    name: elasticsearchExporterName,
    image: elasticsearchExporterImage(cluster.images),
    replicas: 1,
    discovery: "balanced",
    command: [
      "elasticsearch_exporter",
      `--es.uri=${index.url}`,
      // Of every node: behind an address of several it would be another one each time.
      "--es.all",
      ...(authority === undefined ? [] : [`--es.ca=${authority}`]),
      `--web.listen-address=:${elasticsearchExporterPort}`,
      "--log.format=json",
    ],
    environment: { ...goRuntimeEnvironment(resources), ...login(cluster, exporter) },
    files: searchFiles(index),
    mounts: [],
    scratch: [],
    resources,
    ports: {
      metrics: {
        port: elasticsearchExporterPort,
        protocol: "http",
        callers: metricsCallers(cluster),
      },
    },
    ...annotatedMetrics(cluster, elasticsearchExporterPort),
    // Whether it runs: an exporter that the search server does not let in is told by an alert, and is no reason to fail a deployment.
    health: { kind: "http", port: elasticsearchExporterPort, path: "/healthz" },
    // It listens when it has asked once, or after ten seconds (`initialTimeout` in pkg/clusterinfo).
    startTimeoutSeconds: 60,
    stopSignal: "SIGTERM",
    stopGraceSeconds: 5,
  };
}

/** As whom it asks (its README, "Configuration"); nothing where the search server asks for nobody. */
function login(
  { visibility }: Cluster,
  { user }: ManagedElasticsearchExporter,
): Readonly<Record<string, EnvironmentValue>> {
  const username = visibility.kind === "managed" ? elasticsearchExporterUser : user?.username;
  return username === undefined
    ? {}
    : { ES_USERNAME: username, ES_PASSWORD: { secret: elasticsearchExporterPassword } };
}
