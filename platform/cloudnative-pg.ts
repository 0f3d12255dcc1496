/**
 * PostgreSQL by the CloudNativePG operator, as charts.
 */
import type { Chart } from "./chart.ts";
import type { CloudNativePgChoice, Cluster } from "./cluster.ts";
import { databaseAddress, maxConnections, postgresName } from "./database.ts";

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
  const repository = choice.chartRepository;
  const operator: Chart = {
    name: "cloudnative-pg",
    release: "cnpg",
    repository,
    namespace: operatorNamespace,
    overlay: {},
  };
  const { databases, user } = databaseAddress(cluster);
  const memory = `${String(choice.resources.memoryMiB)}Mi`;
  const { cpus, cpuRequest } = choice.resources;
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
          ...(cluster.target.kind === "kubernetes" && cluster.target.storageClass !== undefined
            ? { storageClass: cluster.target.storageClass }
            : {}),
        },
        resources: {
          requests: { memory, ...(cpuRequest === undefined ? {} : { cpu: cpuRequest }) },
          limits: { memory, ...(cpus === undefined ? {} : { cpu: cpus }) },
        },
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
