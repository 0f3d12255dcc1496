/**
 * Whether the keys of one cluster fit together.
 */
import type { Cluster } from "../platform/cluster.ts";
import { connectionBudget } from "../platform/database.ts";
import { comparedKey } from "../platform/dynamic-config.ts";
import { serviceRoles } from "../platform/roles.ts";
import { maxIdLength } from "../platform/server-settings.ts";
import { runWorkers } from "../platform/workers.ts";
import type { Resources } from "../platform/workload.ts";
import { checkArchival } from "./archival.ts";
import { checkExposure } from "./exposure-checks.ts";
import { checkGateway } from "./gateway.ts";
import { checkImages } from "./images.ts";
import type { Key } from "./keys.ts";
import { checkGivenSecrets } from "./given-secrets.ts";
import { checkMonitoring } from "./monitoring.ts";
import { checkNamespaces } from "./namespaces.ts";
import { checkVisibility } from "./visibility.ts";
import { checkVersions } from "./worker-versioning.ts";
import { checkWorkers } from "./workers.ts";

/** Refuses what of a cluster does not fit the rest of it. */
export function checkCluster(cluster: Cluster, key: Key): void {
  const { failoverVersionIncrement: increment, initialFailoverVersion: initial } = cluster.identity;
  if (initial >= increment) {
    key
      .at("identity", "initialFailoverVersion")
      .refuse(`must be less than failoverVersionIncrement (${increment}), not ${initial}`);
  }
  checkTarget(cluster, key);
  checkExposure(cluster, key);
  checkGateway(cluster, key);
  checkScaling(cluster, key);
  checkNamespace(cluster, key);
  checkDynamicConfig(cluster, key);
  checkImages(cluster, key);
  checkNamespaces(cluster, key);
  checkVisibility(cluster, key);
  checkArchival(cluster, key);
  checkWorkers(cluster, key);
  checkMonitoring(cluster, key);
  checkGivenSecrets(cluster, key);
  checkVersions(cluster, key);
  for (const { at, resources } of sizesOf(cluster)) {
    const { cpus, cpuRequest } = resources;
    if (cpus !== undefined && cpuRequest !== undefined && cpuRequest > cpus) {
      key
        .at(...at, "resources", "cpuRequest")
        .refuse(`must be at most cpus (${cpus}), not ${cpuRequest}`);
    }
  }
  checkExternalPostgres(cluster, key.at("postgres"));
}

function checkExternalPostgres(cluster: Cluster, key: Key): void {
  const { postgres } = cluster;
  if (postgres.kind !== "external") return;
  if (postgres.tls === "disable" && postgres.ca !== undefined) {
    key.at("ca").refuse("needs postgres.tls: without TLS no certificate is looked at");
  }
  const budget = connectionBudget(cluster);
  if (postgres.maxConnections !== undefined && budget > postgres.maxConnections) {
    key
      .at("maxConnections")
      .refuse(
        `the servers may open ${budget} connections together, more than ${postgres.maxConnections}; lower server.connections or replicas, or raise max_connections there`,
      );
  }
}

/** What the cluster's target cannot do; never silently left out. */
function checkTarget(cluster: Cluster, key: Key): void {
  const { target, postgres, server, ui, gateway } = cluster;
  if (target.kind === "kubernetes") return;
  const only = (what: readonly string[], why: string): void => {
    key.at(...what).refuse(`needs a kubernetes target: ${why}`);
  };
  if (postgres.kind === "cloudnative-pg") {
    const why = "cloudnative-pg is an operator; use managed or external on docker";
    only(["postgres", "kind"], why);
  }
  if (postgres.kind === "external" && postgres.passwordSecret !== undefined) {
    only(["postgres", "passwordSecret"], "set TEMPORAL_DB_PASSWORD on docker");
  }
  if (server.roles.frontend.autoscaling !== undefined) {
    const why = "a Docker engine has no autoscaler; set replicas";
    only(["server", "roles", "frontend", "autoscaling"], why);
  }
  for (const { at, resources } of sizesOf(cluster)) {
    if (resources.cpuRequest !== undefined) {
      const why = "a Docker engine sets no processor time aside";
      only([...at, "resources", "cpuRequest"], why);
    }
  }
  for (const [what, { replicas }] of Object.entries({ ui, gateway })) {
    if (replicas > 1) only([what, "replicas"], "on docker one container has the published port");
  }
}

/** The resources of everything that the platform runs, and where the config has them. */
function sizesOf({
  postgres,
  visibility,
  archival,
  server,
  ui,
  gateway,
  tasks,
  workers,
  monitoring,
}: Cluster): readonly { readonly at: readonly string[]; readonly resources: Resources }[] {
  return [
    ...serviceRoles.map((role) => ({
      at: ["server", "roles", role],
      resources: server.roles[role].resources,
    })),
    { at: ["ui"], resources: ui.resources },
    { at: ["gateway"], resources: gateway.resources },
    { at: ["tasks"], resources: tasks.resources },
    ...runWorkers({ workers }).map(([name, worker]) => ({
      at: ["workers", name],
      resources: worker.resources,
    })),
    ...(visibility.kind === "managed"
      ? [{ at: ["visibility"], resources: visibility.resources }]
      : []),
    ...(archival.kind === "managed" ? [{ at: ["archival"], resources: archival.resources }] : []),
    ...(postgres.kind === "external" ? [] : [{ at: ["postgres"], resources: postgres.resources }]),
    ...(monitoring.kind === "managed"
      ? [{ at: ["monitoring"], resources: monitoring.resources }]
      : []),
    ...(monitoring.kind === "managed" && monitoring.alertmanager.kind === "managed"
      ? [{ at: ["monitoring", "alertmanager"], resources: monitoring.alertmanager.resources }]
      : []),
    ...(monitoring.kind !== "none" && monitoring.postgresExporter.kind === "managed"
      ? [
          {
            at: ["monitoring", "postgresExporter"],
            resources: monitoring.postgresExporter.resources,
          },
        ]
      : []),
    ...(monitoring.kind !== "none" && monitoring.elasticsearchExporter.kind === "managed"
      ? [
          {
            at: ["monitoring", "elasticsearchExporter"],
            resources: monitoring.elasticsearchExporter.resources,
          },
        ]
      : []),
  ];
}

function checkScaling({ target, server }: Cluster, key: Key): void {
  const { replicas, autoscaling, resources } = server.roles.frontend;
  if (autoscaling === undefined) return;
  const frontend = key.at("server", "roles", "frontend");
  if (autoscaling.maxReplicas <= replicas) {
    frontend.at("autoscaling", "maxReplicas").refuse(`must be more than replicas (${replicas})`);
  }
  if (target.kind === "kubernetes" && resources.cpuRequest === undefined) {
    frontend
      .at("resources", "cpuRequest")
      .refuse(
        "is missing; with autoscaling, set it to the processor time of which cpuPercent is a share",
      );
  }
}

/** What the rules of a Kubernetes namespace and the platform's own do not let be. */
function checkNamespace({ target, server, postgres }: Cluster, key: Key): void {
  if (target.kind !== "kubernetes") return;
  if (target.cpuLimits === "optional" && server.roles.history.resources.cpus !== undefined) {
    key
      .at("server", "roles", "history", "resources", "cpus")
      .refuse(
        "a limit of processor time stops history in the midst of holding shards' locks, and everything waits; set cpuRequest instead, or target.cpuLimits to required where the namespace wants limits",
      );
  }
  if (
    target.userIds === "namespace" &&
    postgres.kind === "cloudnative-pg" &&
    postgres.operator === "install"
  ) {
    key
      .at("postgres", "operator")
      .refuse(
        "the chart's operator runs as a user id of its own, which is none of a namespace's (target.userIds); install it by your Kubernetes' own catalogue, and set existing",
      );
  }
}

/** Values that the server takes and PostgreSQL's schema does not bear. */
function checkDynamicConfig({ server: { dynamicConfig } }: Cluster, clusterKey: Key): void {
  const key = clusterKey.at("server", "dynamicConfig");
  const spellings = Map.groupBy(Object.keys(dynamicConfig), comparedKey);
  for (const [name = "", ...others] of spellings.values()) {
    for (const other of others) key.at(other).refuse(`is ${name} once more; leave one out`);
  }
  const refuse = (name: string, wrong: (value: unknown) => boolean, why: string): void => {
    for (const spelled of spellings.get(comparedKey(name)) ?? []) {
      if (dynamicConfig[spelled]?.some(({ value }) => wrong(value)) === true) {
        key.at(spelled).refuse(why);
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
}
