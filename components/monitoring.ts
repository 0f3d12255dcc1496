import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../platform/cluster.ts";
import { managedElasticsearchExporter } from "../platform/elasticsearch-exporter.ts";
import { goRuntimeEnvironment } from "../platform/go-runtime.ts";
import { prometheusImage } from "../platform/images.ts";
import {
  type ManagedMonitoring,
  prometheusCheckName,
  prometheusName,
  prometheusPort,
} from "../platform/monitoring/places.ts";
import {
  authorityFiles,
  prometheusArguments,
  prometheusPaths,
  renderPrometheusConfig,
} from "../platform/monitoring/prometheus-config.ts";
import { operatorObjects } from "../platform/monitoring/operator.ts";
import { pageFiles } from "../platform/monitoring/page.ts";
import { renderRules } from "../platform/monitoring/rules.ts";
import { sidecarDashboards } from "../platform/monitoring/sidecar.ts";
import { withSecretFiles } from "../platform/monitoring/secret-files.ts";
import {
  alertmanagerSecrets,
  exporterSecrets,
  prometheusSecrets,
  searchExporterSecrets,
} from "../platform/monitoring/secrets.ts";
import { managedPostgresExporter } from "../platform/postgres-exporter.ts";
import {
  checkTimeoutSeconds,
  type File,
  type Port,
  type Task,
  type Workload,
} from "../platform/workload.ts";
import type { Ready, Secrets } from "../targets/target.ts";
import {
  alertmanagerCheckTask,
  alertmanagerWorkload,
  managedAlertmanager,
} from "./alertmanager.ts";
import { Component, type PartArgs } from "./component.ts";
import { elasticsearchExporterWorkload } from "./elasticsearch-exporter.ts";
import { type GivenSecrets, sourcesOf } from "./given-secrets.ts";
import { postgresExporterWorkload } from "./postgres-exporter.ts";

/** Arguments of {@link Monitoring}. */
export interface MonitoringArgs extends PartArgs {
  /** What it runs with; undefined when only its data is kept. */
  readonly running: RunningMonitoring | undefined;
}

/** What monitoring has while the cluster runs. */
export interface RunningMonitoring {
  /** What it is stopped with. */
  readonly stoppedWith: pulumi.Resource;
  /** What the platform has for postgres_exporter. */
  readonly exporterSecrets: Secrets;
  /** What the platform has for elasticsearch_exporter. */
  readonly searchExporterSecrets: Secrets;
  readonly given: GivenSecrets;
}

/** What watches a cluster: Prometheus with its rules, or what somebody's operator makes of the same rules; and what PostgreSQL and the search server are asked by. */
export class Monitoring extends Component {
  constructor(name: string, args: MonitoringArgs, opts: pulumi.ComponentResourceOptions) {
    super("monitoring:Monitoring", name, opts);
    if (args.running === undefined) this.#keep(args);
    else this.#run(args, args.running);
    this.registerOutputs({});
  }

  #keep({ cluster, target }: MonitoringArgs): void {
    const { monitoring } = cluster;
    if (monitoring.kind !== "managed") return;
    target.keep(prometheusWorkload(cluster, monitoring), this.place());
    const alertmanager = managedAlertmanager(monitoring);
    if (alertmanager !== undefined) {
      target.keep(alertmanagerWorkload(cluster, monitoring, alertmanager), this.place());
    }
  }

  #run(args: MonitoringArgs, running: RunningMonitoring): void {
    const { cluster, target, after } = args;
    const { stoppedWith, given } = running;
    const { monitoring } = cluster;
    const exporter = managedPostgresExporter(cluster);
    if (exporter !== undefined) {
      const secrets = {
        ...running.exporterSecrets,
        ...sourcesOf(exporterSecrets(cluster), given),
      };
      const dependsOn = [...after, stoppedWith];
      const workload = postgresExporterWorkload(cluster, exporter);
      target.run(workload, this.place({ secrets, dependsOn, stoppedWith }));
    }
    const searchExporter = managedElasticsearchExporter(cluster);
    if (searchExporter !== undefined) {
      const secrets = {
        ...running.searchExporterSecrets,
        ...sourcesOf(searchExporterSecrets(cluster), given),
      };
      const dependsOn = [...after, stoppedWith];
      const workload = elasticsearchExporterWorkload(cluster, searchExporter);
      target.run(workload, this.place({ secrets, dependsOn, stoppedWith }));
    }
    if (monitoring.kind === "managed") {
      this.#tell(args, running, monitoring);
      const checked = target.complete(prometheusCheckTask(cluster, monitoring), this.place());
      const dependsOn = [...after, ...checked, stoppedWith];
      const secrets = sourcesOf(prometheusSecrets(monitoring), given);
      const workload = prometheusWorkload(cluster, monitoring);
      target.run(workload, this.place({ secrets, dependsOn, stoppedWith }));
    }
    if (monitoring.kind === "operator" && target.kind === "kubernetes") {
      for (const object of operatorObjects(cluster, monitoring)) {
        target.declare(object, this.place({ dependsOn: after }));
      }
    }
    if (target.kind === "kubernetes") {
      for (const texts of sidecarDashboards(cluster)) {
        target.offer(texts, this.place({ dependsOn: after }));
      }
    }
  }

  /** Runs the Alertmanager that the platform is to run. Prometheus does not wait for it: it tells of an alert again and again. */
  #tell(
    { cluster, target, after }: MonitoringArgs,
    { stoppedWith, given }: RunningMonitoring,
    monitoring: ManagedMonitoring,
  ): void {
    const managed = managedAlertmanager(monitoring);
    if (managed === undefined) return;
    const checked: Ready = target.complete(alertmanagerCheckTask(cluster, managed), this.place());
    const secrets = sourcesOf(alertmanagerSecrets(monitoring), given);
    const dependsOn = [...after, ...checked, stoppedWith];
    target.run(
      alertmanagerWorkload(cluster, monitoring, managed),
      this.place({ secrets, dependsOn, stoppedWith }),
    );
  }
}

/** Prometheus as a workload. */
export function prometheusWorkload(
  cluster: Cluster,
  monitoring: ManagedMonitoring,
): Workload<Readonly<Record<"http", Port>>> {
  const image = prometheusImage(cluster.images);
  const { resources, storageGiB: sizeGiB, loopbackPort } = monitoring;
  // What is protected is the data of workflows: metrics must not keep anyone from switching this off.
  const onDestroy = cluster.onDestroy === "delete" ? "delete" : "keep";
  const started = withSecretFiles(
    // By name: the official image has it in /bin, Debian's in /usr/bin.
    ["prometheus", ...prometheusArguments(monitoring)],
    prometheusSecrets(monitoring),
  );
  return {
    name: prometheusName,
    image,
    replicas: 1,
    discovery: "balanced",
    command: started.command,
    environment: { ...goRuntimeEnvironment(resources), ...started.environment },
    files: [
      ...prometheusFiles(cluster, monitoring),
      ...pageFiles(cluster, prometheusPaths.page),
      ...started.files,
    ],
    mounts: [
      {
        volume: { name: "prometheus-data", owner: image.user, sizeGiB, onDestroy },
        path: prometheusPaths.data,
      },
    ],
    scratch: started.scratch,
    resources,
    ports: {
      http: {
        port: prometheusPort,
        protocol: "http",
        callers: ["monitoring"],
        ...(loopbackPort === undefined
          ? {}
          : { exposed: { kind: "host", address: "127.0.0.1", port: loopbackPort } }),
      },
    },
    health: { kind: "http", port: prometheusPort, path: "/-/ready" },
    // It reads its write-ahead log first.
    startTimeoutSeconds: 300,
    stopSignal: "SIGTERM",
    stopGraceSeconds: 30,
  };
}

/** The task in which Prometheus's own tool judges the config and the rules before any Prometheus gets them. */
export function prometheusCheckTask(cluster: Cluster, monitoring: ManagedMonitoring): Task {
  return {
    name: prometheusCheckName,
    image: prometheusImage(cluster.images),
    command: ["promtool", "check", "config", prometheusPaths.config],
    environment: {},
    files: prometheusFiles(cluster, monitoring),
    mounts: [],
    scratch: [],
    resources: cluster.tasks.resources,
    timeoutSeconds: checkTimeoutSeconds,
    interruption: "stop",
  };
}

function prometheusFiles(cluster: Cluster, monitoring: ManagedMonitoring): readonly File[] {
  return [
    { path: prometheusPaths.config, content: renderPrometheusConfig(cluster, monitoring) },
    { path: prometheusPaths.rules, content: renderRules(cluster) },
    ...authorityFiles(monitoring),
  ];
}
