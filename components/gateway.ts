import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { defined } from "../platform/defined.ts";
import {
  auditLogPaths,
  pruneAuditLog,
  startWithAuditLog,
  writeToFiles,
  writeToStdout,
} from "../platform/audit-log.ts";
import type { Cluster } from "../platform/cluster.ts";
import {
  auditLogDirectory,
  basicAuthorization,
  exposureOfListener,
  gatewayName,
  type Listener,
  listenerPorts,
  listenersOf,
  readyPath,
  uiAuthorization,
} from "../platform/gateway.ts";
import { gatewayConfigPath, renderGatewayConfig } from "../platform/gateway-config.ts";
import { type Image, imagesOf } from "../platform/images.ts";
import {
  annotatedMetrics,
  gatewayMembers,
  gatewayMetricsPort,
  isScraped,
  metricsCallers,
} from "../platform/monitoring/places.ts";
import { gatewayDrainSeconds } from "../platform/shutdown.ts";
import {
  checkTimeoutSeconds,
  type ContainerSpec,
  type Port,
  type Task,
  type Workload,
} from "../platform/workload.ts";
import type { Address, Deployed } from "../targets/target.ts";
import { Component, type PartArgs } from "./component.ts";

/** Arguments of {@link Gateway}. */
export interface GatewayArgs extends PartArgs {
  /** What it is stopped with when the cluster runs; undefined when only its data is kept. */
  readonly stoppedWith: pulumi.Resource | undefined;
}

/** The address that programs dial and people open; it records who called what. */
export class Gateway extends Component {
  /** Password of the web UI; a secret. */
  readonly uiPassword: pulumi.Output<string>;
  /** Where users reach each endpoint. */
  readonly addresses: Readonly<Record<"ui" | "grpc", Address>>;

  constructor(name: string, args: GatewayArgs, opts: pulumi.ComponentResourceOptions) {
    super("access:Gateway", name, opts);
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 24, special: false },
      { parent: this },
    );
    this.uiPassword = pulumi.secret(password.result);

    const workload = gatewayWorkload(args.cluster);
    const { target, cluster, after, stoppedWith } = args;
    let deployed: Deployed<GatewayPorts>;
    if (stoppedWith === undefined) {
      deployed = target.keep(workload, this.place());
    } else {
      const checked = target.complete(gatewayCheckTask(cluster), this.place());
      // The password is 24 random characters: a slow hash would protect nothing, and hold up the calls of others each time.
      const value = this.uiPassword.apply((word) =>
        createHash("sha256").update(basicAuthorization(cluster.gateway.user, word)).digest("hex"),
      );
      const secrets = { [uiAuthorization]: { kind: "value", value } } as const;
      const dependsOn = [...after, ...checked];
      deployed = target.run(workload, this.place({ secrets, dependsOn, stoppedWith }));
    }
    // An endpoint without a listener of its own is served by the one that serves everything.
    const { all, ui = all, grpc = all } = deployed.addresses;
    this.addresses = { ui, grpc };
    this.registerOutputs({ uiPassword: this.uiPassword });
  }
}

/** The ports of the gateway, named as its listeners; it always has the one that serves everything. Its metrics have one where somebody reads them. */
type GatewayPorts = Readonly<
  Record<"all", Port> & Partial<Record<Exclude<Listener, "all"> | "metrics", Port>>
>;

/** The gateway as a workload. */
export function gatewayWorkload(cluster: Cluster): Workload<GatewayPorts> {
  const image = imagesOf(cluster).gateway;
  const config = { path: gatewayConfigPath, content: renderGatewayConfig(cluster) };
  return {
    name: gatewayName,
    image,
    replicas: cluster.gateway.replicas,
    discovery: "balanced",
    ...(isScraped(cluster) ? { headlessName: gatewayMembers } : {}),
    ...annotatedMetrics(cluster, gatewayMetricsPort),
    ...logged(cluster, image, config),
    environment: { [uiAuthorization]: { secret: uiAuthorization } },
    scratch: ["/tmp"],
    ports: gatewayPorts(cluster),
    health: { kind: "http", port: listenerPorts.all, path: readyPath },
    resources: cluster.gateway.resources,
    startTimeoutSeconds: 60,
    stopSignal: "SIGUSR1",
    stopGraceSeconds: gatewayDrainSeconds(cluster) + 5,
  };
}

/** The task that lets HAProxy judge the config before any gateway gets it. */
export function gatewayCheckTask(cluster: Cluster): Task {
  return {
    name: "gateway-check",
    image: imagesOf(cluster).gateway,
    command: ["haproxy", "-c", "-f", gatewayConfigPath],
    environment: {},
    files: [{ path: gatewayConfigPath, content: renderGatewayConfig(cluster) }],
    mounts: [],
    scratch: ["/tmp"],
    resources: cluster.tasks.resources,
    timeoutSeconds: checkTimeoutSeconds,
    interruption: "stop",
  };
}

/** What follows from where the audit log goes. */
function logged(
  { gateway, onDestroy }: Cluster,
  { user }: Image,
  config: ContainerSpec["files"][number],
): Pick<ContainerSpec, "command" | "files" | "mounts"> {
  const { auditLog } = gateway;
  const started = (files: ContainerSpec["files"]): Pick<ContainerSpec, "command" | "files"> => ({
    command: ["/bin/sh", auditLogPaths.start],
    files: [config, { path: auditLogPaths.start, content: startWithAuditLog }, ...files],
  });
  if (auditLog.kind === "stdout") {
    return { ...started([{ path: auditLogPaths.write, content: writeToStdout }]), mounts: [] };
  }
  const { storageGiB: sizeGiB, keepDays } = auditLog;
  const volume = { name: "gateway-audit", owner: user, sizeGiB, onDestroy };
  return {
    ...started([
      { path: auditLogPaths.write, content: writeToFiles },
      { path: auditLogPaths.prune, content: pruneAuditLog(keepDays, sizeGiB) },
    ]),
    mounts: [{ volume, path: auditLogDirectory }],
  };
}

/** A port for each listener that the cluster's gateway has. */
function gatewayPorts(cluster: Cluster): GatewayPorts {
  const listeners = listenersOf(cluster);
  return {
    all: portOf(cluster, "all"),
    ...(listeners.includes("ui") ? { ui: portOf(cluster, "ui") } : {}),
    ...(listeners.includes("grpc") ? { grpc: portOf(cluster, "grpc") } : {}),
    ...(isScraped(cluster)
      ? {
          metrics: {
            port: gatewayMetricsPort,
            protocol: "http",
            callers: metricsCallers(cluster),
          },
        }
      : {}),
  };
}

/** A listener's port. Programs of the cluster's own network find everything at one; an exposure leads to a port that serves nothing else. */
function portOf(cluster: Cluster, listener: Listener): Port {
  const exposed = exposureOfListener(cluster, listener);
  return {
    port: listenerPorts[listener],
    protocol: listener === "ui" ? "http" : "grpc",
    callers: [listener === "all" ? "clients" : "everyone"],
    ...defined({ exposed }),
  };
}
