/**
 * What no schema can see: whether the parts of a configuration fit together.
 */
import {
  type CloudNativePgChoice,
  type Cluster,
  kubernetesClusterOf,
} from "../platform/cluster.ts";
import { connectionBudget } from "../platform/database.ts";
import { comparedKey } from "../platform/dynamic-config.ts";
import { endpoints, exposureOf } from "../platform/exposure.ts";
import { serviceRoles } from "../platform/roles.ts";
import { maxIdLength } from "../platform/server-settings.ts";
import type { Resources } from "../platform/workload.ts";
import type { Environment } from "./environment.ts";
import { exposureFaults } from "./exposure.ts";
import { gatewayFaults } from "./gateway.ts";
import { imageFaults } from "./images.ts";

/** Name of the Pulumi project, with which every key of its config begins. */
export const project = "temporal-platform";

/** Fewest characters of a password that is the platform's to set. */
const shortestPassword = 8;

/** Everything that does not fit, one line each. */
export function faultsOf(clusters: readonly Cluster[], environment: Environment): string[] {
  return [
    ...faultsBetween(clusters),
    ...operatorFaults(clusters),
    ...clusters.flatMap(faultsInside),
    ...passwordFaults(clusters, environment),
  ];
}

function faultsBetween(clusters: readonly Cluster[]): string[] {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  const unique = (what: string, key: string, advice: string): void => {
    const other = seen.get(what);
    if (other !== undefined) faults.push(`${key}: the same as ${other}; ${advice}`);
    else seen.set(what, key);
  };
  clusters.forEach((cluster, index) => {
    const key = `${project}:clusters[${index}]`;
    const { name, identity, target, postgres } = cluster;
    unique(`name ${name}`, `${key}.name`, "every cluster needs a name of its own");
    unique(
      `version ${identity.initialFailoverVersion}`,
      `${key}.identity.initialFailoverVersion`,
      "every cluster needs a version of its own",
    );
    if (postgres.kind === "external") {
      const server = `${postgres.host.toLowerCase()}:${postgres.port}`;
      for (const what of ["persistence", "visibility"] as const) {
        unique(
          `${server}/${postgres.databases[what]}`,
          `${key}.postgres.databases.${what}`,
          "every cluster needs two databases of its own: servers that share one take each other's work",
        );
      }
    }
    if (target.kind === "docker") {
      const { address, ...ports } = target.publish;
      const engine = target.host ?? "default";
      for (const endpoint of endpoints) {
        // The gateway tells gRPC from the web UI by itself.
        if (ports[endpoint] === "none" || (endpoint === "grpc" && ports.grpc === ports.ui))
          continue;
        const what = `${engine} ${address} ${ports[endpoint]}`;
        unique(what, `${key}.target.publish.${endpoint}`, "every published port must be free");
      }
    } else {
      const { namespace } = target;
      const place = kubernetesClusterOf(target);
      const advice = "every cluster needs a Kubernetes namespace of its own";
      unique(`${place} ${namespace}`, `${key}.target.namespace`, advice);
      for (const endpoint of endpoints) {
        const exposure = exposureOf(cluster, endpoint);
        const exposed = `${key}.target.exposure.${endpoint}`;
        if (exposure?.kind === "node-port") {
          const own = "a port of the nodes leads to one service only";
          unique(`${place} port ${exposure.port}`, `${exposed}.port`, own);
        } else if (exposure !== undefined && exposure.kind !== "host") {
          const own = "a host name leads to one service only";
          const { host } = exposure;
          if (host !== undefined) unique(`${place} host ${host}`, `${exposed}.host`, own);
        }
      }
    }
  });
  return faults;
}

/** A Kubernetes cluster has one operator of a kind, so that all its clusters must say the same of it. */
function operatorFaults(clusters: readonly Cluster[]): string[] {
  const first = new Map<string, { readonly key: string; readonly said: CloudNativePgChoice }>();
  return clusters.flatMap(({ target, postgres }, index) => {
    if (target.kind !== "kubernetes" || postgres.kind !== "cloudnative-pg") return [];
    const place = kubernetesClusterOf(target);
    const key = `${project}:clusters[${index}].postgres`;
    const other = first.get(place);
    if (other === undefined) {
      first.set(place, { key, said: postgres });
      return [];
    }
    return (["operator", "operatorNamespace", "chartRepository"] as const)
      .filter((what) => postgres[what] !== other.said[what])
      .map(
        (what) =>
          `${key}.${what}: must be ${other.said[what]}, as ${other.key} says: both are in one Kubernetes cluster and share its operator`,
      );
  });
}

function faultsInside(cluster: Cluster, index: number): string[] {
  const key = `${project}:clusters[${index}]`;
  const faults: string[] = [];
  const { failoverVersionIncrement: increment, initialFailoverVersion: initial } = cluster.identity;
  if (initial >= increment) {
    faults.push(
      `${key}.identity.initialFailoverVersion: must be less than failoverVersionIncrement (${increment}), not ${initial}`,
    );
  }
  faults.push(...targetFaults(cluster, key), ...exposureFaults(cluster, key));
  faults.push(...gatewayFaults(cluster, key), ...scalingFaults(cluster, key));
  faults.push(...namespaceFaults(cluster, key));
  faults.push(...dynamicConfigFaults(cluster, key), ...imageFaults(cluster, key));
  for (const [what, { cpus, cpuRequest }] of Object.entries(sizesOf(cluster))) {
    if (cpus !== undefined && cpuRequest !== undefined && cpuRequest > cpus) {
      faults.push(
        `${key}.${what}.resources.cpuRequest: must be at most cpus (${cpus}), not ${cpuRequest}`,
      );
    }
  }
  if (cluster.postgres.kind === "external" && cluster.postgres.tls === "disable") {
    if (cluster.postgres.ca !== undefined) {
      faults.push(
        `${key}.postgres.ca: needs postgres.tls: without TLS no certificate is looked at`,
      );
    }
  }
  if (cluster.postgres.kind === "external" && cluster.postgres.maxConnections !== undefined) {
    const budget = connectionBudget(cluster);
    if (budget > cluster.postgres.maxConnections) {
      faults.push(
        `${key}.postgres.maxConnections: the servers may open ${budget} connections together, more than ${cluster.postgres.maxConnections}; lower server.connections or replicas, or raise max_connections there`,
      );
    }
  }
  return faults;
}

/** What the cluster's target cannot do; never silently left out. */
function targetFaults(cluster: Cluster, key: string): string[] {
  const { target, postgres, server, ui, gateway } = cluster;
  if (target.kind === "kubernetes") return [];
  const faults: string[] = [];
  const only = (what: string, why: string): void => {
    faults.push(`${key}.${what}: needs a kubernetes target: ${why}`);
  };
  if (postgres.kind === "cloudnative-pg") {
    only("postgres.kind", "cloudnative-pg is an operator; use managed or external on docker");
  }
  if (postgres.kind === "external" && postgres.passwordSecret !== undefined) {
    only("postgres.passwordSecret", "set TEMPORAL_DB_PASSWORD on docker");
  }
  for (const role of serviceRoles) {
    if (server.roles[role].autoscaling !== undefined) {
      only(`server.roles.${role}.autoscaling`, "a Docker engine has no autoscaler; set replicas");
    }
  }
  for (const [what, { cpuRequest }] of Object.entries(sizesOf(cluster))) {
    if (cpuRequest !== undefined) {
      only(`${what}.resources.cpuRequest`, "a Docker engine sets no processor time aside");
    }
  }
  for (const [what, { replicas }] of Object.entries({ ui, gateway })) {
    if (replicas > 1) only(`${what}.replicas`, "on docker one container has the published port");
  }
  return faults;
}

/** The resources of everything that the platform runs, by their keys. */
function sizesOf({
  postgres,
  server,
  ui,
  gateway,
  tasks,
}: Cluster): Readonly<Record<string, Resources>> {
  return {
    ...Object.fromEntries(
      serviceRoles.map((role) => [`server.roles.${role}`, server.roles[role].resources]),
    ),
    ui: ui.resources,
    gateway: gateway.resources,
    tasks: tasks.resources,
    ...(postgres.kind === "external" ? {} : { postgres: postgres.resources }),
  };
}

function scalingFaults({ target, server }: Cluster, key: string): string[] {
  const faults: string[] = [];
  const { replicas, autoscaling } = server.roles.frontend;
  if (autoscaling !== undefined && autoscaling.maxReplicas <= replicas) {
    faults.push(
      `${key}.server.roles.frontend.autoscaling.maxReplicas: must be more than replicas (${replicas})`,
    );
  }
  const { cpuRequest } = server.roles.frontend.resources;
  if (target.kind === "kubernetes" && autoscaling !== undefined && cpuRequest === undefined) {
    faults.push(
      `${key}.server.roles.frontend.resources.cpuRequest: is missing; with autoscaling, set it to the processor time of which cpuPercent is a share`,
    );
  }
  return faults;
}

/** What the rules of a Kubernetes namespace and the platform's own do not let be. */
function namespaceFaults({ target, server, postgres }: Cluster, key: string): string[] {
  if (target.kind !== "kubernetes") return [];
  const faults: string[] = [];
  if (target.cpuLimits === "optional" && server.roles.history.resources.cpus !== undefined) {
    faults.push(
      `${key}.server.roles.history.resources.cpus: a limit of processor time stops history in the midst of holding shards' locks, and everything waits; set cpuRequest instead, or target.cpuLimits to required where the namespace wants limits`,
    );
  }
  if (
    target.userIds === "namespace" &&
    postgres.kind === "cloudnative-pg" &&
    postgres.operator === "install"
  ) {
    faults.push(
      `${key}.postgres.operator: the chart's operator runs as a user id of its own, which is none of a namespace's (target.userIds); install it by your Kubernetes' own catalogue, and set existing`,
    );
  }
  return faults;
}

/** Values that the server takes and PostgreSQL's schema does not bear. */
function dynamicConfigFaults({ server }: Cluster, key: string): string[] {
  const { dynamicConfig } = server;
  const faults: string[] = [];
  const spellings = Map.groupBy(Object.keys(dynamicConfig), comparedKey);
  for (const [name = "", ...others] of spellings.values()) {
    for (const other of others) {
      faults.push(`${key}.server.dynamicConfig.${other}: is ${name} once more; leave one out`);
    }
  }
  const refuse = (name: string, wrong: (value: unknown) => boolean, why: string): void => {
    for (const spelled of spellings.get(comparedKey(name)) ?? []) {
      if (dynamicConfig[spelled]?.some(({ value }) => wrong(value)) === true) {
        faults.push(`${key}.server.dynamicConfig.${spelled}: ${why}`);
      }
    }
  };
  refuse(
    "limit.maxIDLength",
    (value) => typeof value === "number" && value > maxIdLength,
    `must be at most ${maxIdLength}: longer ids do not fit PostgreSQL's columns, and requests with one hang`,
  );
  // temporal/common/persistence/sql/shard.go does not implement AssertShardOwnership.
  refuse(
    "history.shardLingerTimeLimit",
    (value) => !/^0+[a-z]*$/.test(String(value)),
    "must be left out: on PostgreSQL the server cannot tell whether it still owns a shard that it lingers on",
  );
  return faults;
}

function passwordFaults(clusters: readonly Cluster[], env: Environment): string[] {
  const { TEMPORAL_DB_PASSWORD: password } = env;
  if (password !== undefined) {
    const short = password.length < shortestPassword;
    return short && clusters.some(({ postgres }) => postgres.kind === "managed")
      ? [
          `TEMPORAL_DB_PASSWORD: must have at least ${shortestPassword} characters where the platform runs PostgreSQL`,
        ]
      : [];
  }
  return clusters.flatMap(({ postgres }, index) =>
    postgres.kind === "external" && postgres.passwordSecret === undefined
      ? [
          `TEMPORAL_DB_PASSWORD: is missing; ${project}:clusters[${index}].postgres is external, so set it to the password of its role`,
        ]
      : [],
  );
}
