import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../platform/cluster.ts";
import { goRuntimeEnvironment } from "../platform/go-runtime.ts";
import { prometheusImage } from "../platform/images.ts";
import {
  type ManagedMonitoring,
  prometheusCheckName,
  prometheusName,
  prometheusPort,
} from "../platform/monitoring/places.ts";
import {
  prometheusArguments,
  prometheusPaths,
  renderPrometheusConfig,
} from "../platform/monitoring/prometheus-config.ts";
import { operatorObjects } from "../platform/monitoring/operator.ts";
import { renderRules } from "../platform/monitoring/rules.ts";
import {
  checkTimeoutSeconds,
  type File,
  type Port,
  type Task,
  type Workload,
} from "../platform/workload.ts";
import { Component, type PartArgs } from "./component.ts";

/** Arguments of {@link Monitoring}. */
export interface MonitoringArgs extends PartArgs {
  /** What it is stopped with when the cluster runs; undefined when only its data is kept. */
  readonly stoppedWith: pulumi.Resource | undefined;
}

/** What watches a cluster: Prometheus with its rules, or what somebody's operator makes of the same rules. */
export class Monitoring extends Component {
  constructor(name: string, args: MonitoringArgs, opts: pulumi.ComponentResourceOptions) {
    super("monitoring:Monitoring", name, opts);
    const { cluster, target, after, stoppedWith } = args;
    const { monitoring } = cluster;
    if (monitoring.kind === "managed") {
      const workload = prometheusWorkload(cluster, monitoring);
      if (stoppedWith === undefined) {
        target.keep(workload, this.place());
      } else {
        const checked = target.complete(prometheusCheckTask(cluster, monitoring), this.place());
        const dependsOn = [...after, ...checked, stoppedWith];
        target.run(workload, this.place({ dependsOn, stoppedWith }));
      }
    }
    if (
      monitoring.kind === "operator" &&
      target.kind === "kubernetes" &&
      stoppedWith !== undefined
    ) {
      for (const object of operatorObjects(cluster, monitoring)) {
        target.declare(object, this.place({ dependsOn: after }));
      }
    }
    this.registerOutputs({});
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
  return {
    name: prometheusName,
    image,
    replicas: 1,
    discovery: "balanced",
    // By name: the official image has it in /bin, Debian's in /usr/bin.
    command: ["prometheus", ...prometheusArguments(monitoring)],
    environment: goRuntimeEnvironment(resources),
    files: prometheusFiles(cluster, monitoring),
    mounts: [
      {
        volume: { name: "prometheus-data", owner: image.user, sizeGiB, onDestroy },
        path: prometheusPaths.data,
      },
    ],
    scratch: [],
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
  ];
}
