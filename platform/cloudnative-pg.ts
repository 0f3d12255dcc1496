/**
 * PostgreSQL by the CloudNativePG operator: the operator's chart, and the object of which it makes PostgreSQL.
 */
import { defined } from "./defined.ts";
import type { Chart } from "./chart.ts";
import type { CloudNativePgChoice, Cluster, KubernetesTargetChoice } from "./cluster.ts";
import { databaseAddress, databaseCallers, maxConnections, postgresName } from "./database.ts";
import type { CustomResource } from "./custom-resource.ts";
import { podResources } from "./pod-resources.ts";

/**
 * The image of PostgreSQL 15, the same major version that the platform runs by itself, so that a dump of one fits the other
 * (github.com/cloudnative-pg/artifacts, image-catalogs/catalog-minimal-bookworm.yaml).
 */
const image =
  "ghcr.io/cloudnative-pg/postgresql:15.19-202608170814-minimal-bookworm@sha256:f4ca039bd74f695116d1f11a50b3b327c6c2736493666a37e568618423862083";

/** Longest time until all instances run for the first time: each gets a volume, an image and a copy of the data, one after the other. */
const timeoutSeconds = 30 * 60;

/** The Secrets that the operator makes for a database cluster, with the keys that its clients need. */
export const operatorsSecrets = {
  /** Password of the databases' owner (its manual, "Bootstrap"). */
  password: { kind: "existing", name: `${postgresName}-app`, key: "password" },
  /** Certificate of the authority that it makes for the servers' certificates (its manual, "Certificates"). */
  authority: { kind: "existing", name: `${postgresName}-ca`, key: "ca.crt" },
} as const;

/**
 * The operator's chart. The name of the release is always the same: the kinds that it defines outlive it, and Helm gives them to no release of
 * another name.
 */
export function operatorChart({ chartRepository, operatorNamespace }: CloudNativePgChoice): Chart {
  return {
    name: "cloudnative-pg",
    release: "cnpg",
    repository: chartRepository,
    namespace: operatorNamespace,
  };
}

/** PostgreSQL for one cluster, as the operator's kind `Cluster` (its manual, "API Reference"). */
export function postgresObject(
  cluster: Cluster,
  choice: CloudNativePgChoice,
  target: KubernetesTargetChoice,
): CustomResource {
  const { databases, user } = databaseAddress(cluster);
  const { storageClass, imagePullSecrets } = target;
  const { nodeSelector, tolerations, priorityClass } = target.scheduling;
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    name: postgresName,
    spec: {
      instances: choice.instances,
      imageName: image,
      ...filled({ imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
      // The owner of the databases needs no superuser, and nobody else does.
      enableSuperuserAccess: false,
      // The primary moves to a standby before its pod is replaced.
      primaryUpdateMethod: "switchover",
      storage: {
        size: `${choice.storageGiB}Gi`,
        ...defined({ storageClass }),
      },
      resources: podResources(choice.resources, target.cpuLimits),
      ...filled({ affinity: filled({ nodeSelector, tolerations }) }),
      ...defined({ priorityClassName: priorityClass }),
      ...filled({
        inheritedMetadata: filled({ labels: target.labels, annotations: target.podAnnotations }),
      }),
      postgresql: {
        parameters: { ...parameters, max_connections: String(maxConnections(cluster)) },
      },
      bootstrap: {
        initdb: {
          database: databases.persistence,
          owner: user,
          // Creating databases takes rights that their owner does not have.
          postInitSQL: [`CREATE DATABASE "${databases.visibility}" OWNER "${user}"`],
        },
      },
    },
    readyCondition: "Ready",
    timeoutSeconds,
    podLabels: { "cnpg.io/cluster": postgresName },
    // Its manual, "Networking" and "Security", section "Exposed Ports".
    ports: [
      { port: 5432, callers: [...databaseCallers(cluster), "peers", "operator"] },
      // Status; the primary also asks here whether it is cut off from the others.
      { port: 8000, callers: ["peers", "operator"] },
      { port: 9187, callers: ["monitoring"] },
    ],
    operatorNamespace: choice.operatorNamespace,
    onDestroy: cluster.onDestroy,
  };
}

/** The members that hold something: the operator takes away those that are empty, and that would look like a change. */
function filled(members: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => Object.keys(value).length > 0),
  );
}

/** Temporal's load is point reads by key and small writes; platform/postgres.ts has a reason for each of these. */
const parameters = {
  password_encryption: "scram-sha-256",
  jit: "off",
  random_page_cost: "1.1",
  wal_compression: "lz4",
  checkpoint_timeout: "15min",
  autovacuum_naptime: "15s",
  autovacuum_vacuum_scale_factor: "0.05",
  autovacuum_vacuum_cost_delay: "1ms",
  autovacuum_analyze_scale_factor: "0.05",
} as const;
