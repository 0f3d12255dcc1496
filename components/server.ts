import type * as pulumi from "@pulumi/pulumi";
import { defined } from "../platform/defined.ts";
import { archiveEnvironment, archives } from "../platform/archival.ts";
import { clusterMetadataScript, clusterMetadataScriptPath } from "../platform/cluster-metadata.ts";
import type { Cluster } from "../platform/cluster.ts";
import { configCheckScriptPath, renderConfigCheckScript } from "../platform/config-check.ts";
import { authorityFiles, databaseAddress, databasePassword } from "../platform/database.ts";
import { renderDynamicConfig } from "../platform/dynamic-config.ts";
import { exposureOf } from "../platform/exposure.ts";
import { goRuntimeEnvironment } from "../platform/go-runtime.ts";
import { imagesOf } from "../platform/images.ts";
import { annotatedMetrics, metricsCallers } from "../platform/monitoring/places.ts";
import {
  frontendMembers,
  healthService,
  metricsPort,
  serviceRoles,
  type ServiceRole,
} from "../platform/roles.ts";
import {
  configPath,
  dynamicConfigDirectory,
  dynamicConfigPath,
  renderServerConfig,
} from "../platform/server-config.ts";
import { dynamicConfigOf } from "../platform/server-settings.ts";
import { historyReadyBy, roleStopGraceSeconds } from "../platform/shutdown.ts";
import { startSettings, startSettingsVariable } from "../platform/start-settings.ts";
import { tracingEnvironment } from "../platform/tracing.ts";
import { searchEnvironment, searchFiles, servingIndex } from "../platform/visibility.ts";
import { isScaledByBacklog, runWorkers } from "../platform/workers.ts";
import {
  type Autoscaling,
  checkTimeoutSeconds,
  type ContainerSpec,
  type File,
  type Port,
  parts,
  type Task,
  type Workload,
} from "../platform/workload.ts";
import type { Deployed, Ready } from "../targets/target.ts";
import {
  Component,
  type DatabasePartArgs,
  type PartArgs,
  type RunningPartArgs,
} from "./component.ts";

/** Arguments of {@link Server}. */
export interface ServerArgs extends PartArgs {
  /** What it runs with; undefined when the cluster is stopped. */
  readonly running: Pick<DatabasePartArgs & RunningPartArgs, "secrets" | "stoppedWith"> | undefined;
}

/** The four services of a Temporal server, each a workload of its own, from one image and one config. */
export class Server extends Component {
  /** The frontend: ready when the cluster runs, and kept when it is stopped. */
  readonly frontend: Deployed<RoleWorkloadPorts>;
  /** All four roles as they are now described; none when the cluster is stopped. */
  readonly ready: Ready;

  constructor(name: string, args: ServerArgs, opts: pulumi.ComponentResourceOptions) {
    super("server:Server", name, opts);
    const { cluster, target, after, running } = args;
    if (running === undefined) {
      this.frontend = target.keep(roleWorkload(cluster, "frontend"), this.place());
      this.ready = [];
    } else {
      const { secrets, stoppedWith } = running;
      const checked = target.complete(configCheckTask(cluster), this.place());
      const recorded = target.complete(
        clusterMetadataTask(cluster),
        this.place({ secrets, dependsOn: [...after, ...checked] }),
      );
      const deploy = this.place({ secrets, dependsOn: recorded, stoppedWith });
      // All at once: each of them finds the others, in whatever order they come.
      const run = (role: ServiceRole): Deployed<RoleWorkloadPorts> =>
        target.run(roleWorkload(cluster, role), deploy);
      this.frontend = run("frontend");
      const others = serviceRoles.filter((role) => role !== "frontend").map(run);
      this.ready = [this.frontend, ...others].flatMap(({ ready }) => ready);
    }
    this.registerOutputs({});
  }
}

/** The ports of a role's workload; the frontend alone has the HTTP API. */
type RoleWorkloadPorts = Readonly<
  Record<"grpc" | "membership" | "metrics", Port> & Partial<Record<"http", Port>>
>;

/** A role as a workload. */
export function roleWorkload(cluster: Cluster, role: ServiceRole): Workload<RoleWorkloadPorts> {
  const { roles } = cluster.server;
  const { replicas, resources, ports } = roles[role];
  const autoscaling = role === "frontend" ? frontendAutoscaling(cluster) : undefined;
  const container = serverContainer(cluster);
  return {
    ...container,
    name: role,
    command: [
      "temporal-server",
      "--config-file",
      configPath,
      "--allow-no-auth",
      "start",
      "--service",
      role,
    ],
    environment: {
      ...container.environment,
      ...(archives(role) ? archiveEnvironment(cluster) : {}),
      ...goRuntimeEnvironment(resources),
      ...tracingEnvironment(cluster),
      [startSettingsVariable]: startSettings(dynamicConfigOf(cluster), role),
    },
    liveDirectories: [dynamicConfigDirectory],
    replicas,
    ...defined({ autoscaling }),
    // The other roles are found in the ring, by address.
    discovery: role === "frontend" ? "balanced" : "headless",
    ...(role === "frontend" ? { headlessName: frontendMembers } : {}),
    resources,
    ports: rolePorts(cluster, role),
    ...annotatedMetrics(cluster, metricsPort),
    health: { kind: "grpc", port: ports.grpc, service: healthService[role] },
    // History acquires its shards and then waits for 5 s before it says SERVING (temporal/service/history/service.go).
    ...(role === "history"
      ? { usable: { kind: "tcp", port: ports.grpc }, readyBy: historyReadyBy(cluster) }
      : {}),
    startTimeoutSeconds: 180,
    stopSignal: "SIGTERM",
    stopGraceSeconds: roleStopGraceSeconds(cluster, role),
  };
}

function frontendAutoscaling({ server }: Cluster): Autoscaling | undefined {
  const { autoscaling } = server.roles.frontend;
  return autoscaling === undefined ? undefined : { kind: "cpu", ...autoscaling };
}

/** The ports of a role: members of the ring reach all of them, and the frontend's others too. */
function rolePorts(cluster: Cluster, role: ServiceRole): RoleWorkloadPorts {
  const { roles } = cluster.server;
  const { grpc, membership } = roles[role].ports;
  const http = role === "frontend" ? roles.frontend.ports.http : undefined;
  const members = parts(...serviceRoles);
  const exposed = role === "frontend" ? exposureOf(cluster, "frontend") : undefined;
  return {
    grpc: {
      port: grpc,
      protocol: "grpc",
      callers:
        role === "frontend"
          ? [
              ...members,
              ...parts("gateway", "ui", ...runWorkers(cluster).map(([name]) => name)),
              "clients",
              ...(isScaledByBacklog(cluster) ? (["autoscaler"] as const) : []),
              ...(exposed === undefined ? [] : (["everyone"] as const)),
            ]
          : members,
      ...defined({ exposed }),
    },
    membership: { port: membership, protocol: "tcp", callers: members },
    ...(http === undefined
      ? {}
      : {
          http: {
            port: http,
            protocol: "http",
            // History delivers callbacks of Nexus operations here.
            callers: [...members, ...parts("gateway"), "clients"],
          } as const,
        }),
    metrics: { port: metricsPort, protocol: "http", callers: metricsCallers(cluster) },
  };
}

/** The task that lets the server's own binary judge both config files before any role gets them; it hands out the dynamic one. */
export function configCheckTask(cluster: Cluster): Task {
  const container = serverContainer(cluster);
  return {
    ...container,
    name: "config-check",
    command: ["/bin/sh", configCheckScriptPath],
    // It asks no database, and has no secret: an operator makes its own only with the database, which this does not wait for.
    environment: { ...user },
    files: [
      staticConfig(cluster),
      { path: dynamicConfigPath, content: renderDynamicConfig(dynamicConfigOf(cluster)) },
      { path: configCheckScriptPath, content: renderConfigCheckScript(cluster.server.version) },
    ],
    resources: cluster.tasks.resources,
    timeoutSeconds: checkTimeoutSeconds,
    interruption: "stop",
    publishes: dynamicConfigDirectory,
  };
}

/** The task that lets the server write its record of the cluster, see platform/cluster-metadata.ts. */
export function clusterMetadataTask(cluster: Cluster): Task {
  const container = serverContainer(cluster);
  return {
    ...container,
    name: "cluster-metadata",
    command: ["/bin/sh", clusterMetadataScriptPath],
    files: [
      ...container.files,
      { path: clusterMetadataScriptPath, content: clusterMetadataScript },
    ],
    liveDirectories: [dynamicConfigDirectory],
    resources: cluster.tasks.resources,
    timeoutSeconds: 120,
    interruption: "stop",
  };
}

/** The server asks for its user's name and home, and an id without an entry in /etc/passwd has neither. */
const user = { USER: "temporal", HOME: "/tmp" } as const;

/** The file that all roles of the server read at their start. */
function staticConfig(cluster: Cluster): File {
  return { path: configPath, content: renderServerConfig(cluster) };
}

/** What every container with the server's config has in common. */
function serverContainer(
  cluster: Cluster,
): Pick<ContainerSpec, "image" | "environment" | "mounts" | "scratch"> & { files: File[] } {
  const index = servingIndex(cluster);
  return {
    image: imagesOf(cluster).server,
    environment: {
      [databasePassword]: { secret: databasePassword },
      ...searchEnvironment(index),
      ...user,
    },
    files: [
      staticConfig(cluster),
      ...authorityFiles(databaseAddress(cluster)),
      ...searchFiles(index),
    ],
    mounts: [],
    scratch: ["/tmp"],
  };
}
