import type { Cluster } from "../platform/cluster.ts";
import { goRuntimeEnvironment } from "../platform/go-runtime.ts";
import { alertmanagerImage } from "../platform/images.ts";
import {
  alertmanagerArguments,
  alertmanagerPaths,
  renderAlertmanagerConfig,
} from "../platform/monitoring/alertmanager-config.ts";
import {
  alertmanagerCheckName,
  alertmanagerName,
  alertmanagerPort,
  type ManagedAlertmanager,
  type ManagedMonitoring,
  prometheusName,
} from "../platform/monitoring/places.ts";
import { withSecretFiles } from "../platform/monitoring/secret-files.ts";
import { alertmanagerSecrets } from "../platform/monitoring/secrets.ts";
import {
  checkTimeoutSeconds,
  type File,
  parts,
  type Port,
  type Task,
  type Workload,
} from "../platform/workload.ts";

/** The Alertmanager that the platform is to run; undefined for none. */
export function managedAlertmanager({
  alertmanager,
}: ManagedMonitoring): ManagedAlertmanager | undefined {
  return alertmanager.kind === "managed" ? alertmanager : undefined;
}

/** Alertmanager as a workload. */
export function alertmanagerWorkload(
  cluster: Cluster,
  monitoring: ManagedMonitoring,
  managed: ManagedAlertmanager,
): Workload<Readonly<Record<"http", Port>>> {
  const image = alertmanagerImage(cluster.images);
  const { resources, storageGiB: sizeGiB } = managed;
  // As of Prometheus: what is protected is the data of workflows.
  const onDestroy = cluster.onDestroy === "delete" ? "delete" : "keep";
  const started = withSecretFiles(
    ["alertmanager", ...alertmanagerArguments],
    alertmanagerSecrets(monitoring),
  );
  return {
    name: alertmanagerName,
    image,
    replicas: 1,
    discovery: "balanced",
    command: started.command,
    environment: { ...goRuntimeEnvironment(resources), ...started.environment },
    files: [configFile(managed), ...started.files],
    mounts: [
      {
        volume: { name: "alertmanager-data", owner: image.user, sizeGiB, onDestroy },
        path: alertmanagerPaths.data,
      },
    ],
    scratch: started.scratch,
    resources,
    ports: {
      // It has no login, and whoever reaches it can silence alerts.
      http: { port: alertmanagerPort, protocol: "http", callers: parts(prometheusName) },
    },
    health: { kind: "http", port: alertmanagerPort, path: "/-/ready" },
    startTimeoutSeconds: 120,
    stopSignal: "SIGTERM",
    stopGraceSeconds: 10,
  };
}

/** The task in which Alertmanager's own tool judges the config before any Alertmanager gets it. */
export function alertmanagerCheckTask(cluster: Cluster, managed: ManagedAlertmanager): Task {
  return {
    name: alertmanagerCheckName,
    image: alertmanagerImage(cluster.images),
    command: ["amtool", "check-config", alertmanagerPaths.config],
    environment: {},
    files: [configFile(managed)],
    mounts: [],
    scratch: [],
    resources: cluster.tasks.resources,
    timeoutSeconds: checkTimeoutSeconds,
    interruption: "stop",
  };
}

function configFile(managed: ManagedAlertmanager): File {
  return { path: alertmanagerPaths.config, content: renderAlertmanagerConfig(managed) };
}
