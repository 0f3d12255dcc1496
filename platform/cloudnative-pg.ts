/**
 * PostgreSQL by the CloudNativePG operator, as charts.
 */
import type { Chart } from "./chart.ts";
import type { CloudNativePgChoice, Cluster } from "./cluster.ts";
import { databaseAddress, maxConnections, postgresName } from "./database.ts";
import { defaultCpuLimit, podResources } from "./pod-resources.ts";

/** Namespace of the operator, which serves every cluster of a Kubernetes cluster. */
const operatorNamespace = "cnpg-system";

/** The Secret in which the operator keeps the password of the databases' owner (its manual, "Bootstrap"). */
export const operatorsPassword = {
  kind: "existing",
  name: `${postgresName}-app`,
  key: "password",
} as const;

/** The charts in the order in which they are installed. */
export function cloudNativePgCharts(
  cluster: Cluster,
  choice: CloudNativePgChoice,
): readonly Chart[] {
  const { target } = cluster;
  if (target.kind !== "kubernetes") throw new Error("CloudNativePG runs on Kubernetes");
  const { cpuLimits, storageClass } = target;
  const repository = choice.chartRepository;
  const operator: Chart = {
    name: "cloudnative-pg",
    release: "cnpg",
    repository,
    namespace: operatorNamespace,
    overlay: cpuLimits === "required" ? { resources: { limits: { cpu: defaultCpuLimit } } } : {},
  };
  const { databases, user } = databaseAddress(cluster);
  const { requests, limits } = podResources(choice.resources, cpuLimits);
  const database: Chart = {
    name: "cloudnative-pg-cluster",
    release: postgresName,
    repository,
    overlay: {
      fullnameOverride: postgresName,
      cluster: {
        instances: choice.instances,
        storage: {
          size: `${String(choice.storageGiB)}Gi`,
          ...(storageClass === undefined ? {} : { storageClass }),
        },
        // The operator gives them to every container that it makes, also those of its jobs.
        resources: { requests: { ...requests }, limits: { ...limits } },
        postgresql: { parameters: { max_connections: String(maxConnections(cluster)) } },
        initdb: {
          database: databases.persistence,
          owner: user,
          // Creating databases takes rights that their owner does not have.
          postInitSQL: [`CREATE DATABASE "${databases.visibility}" OWNER "${user}"`],
        },
      },
    },
  };
  return choice.operator === "install" ? [operator, database] : [database];
}
