/**
 * Where a cluster's programs find PostgreSQL, whoever runs it, and how many connections they may open.
 */
import type { Cluster, DatabaseNames, PostgresTls } from "./cluster.ts";
import { serviceRoles } from "./roles.ts";

/** Name of the secret, and of the environment variable, that carries the database password. */
export const databasePassword = "TEMPORAL_DB_PASSWORD";

/** What a client needs in order to connect; the password travels as the secret {@link databasePassword}. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly databases: DatabaseNames;
  readonly tls: PostgresTls;
}

/** The databases' names unless an external PostgreSQL has others. */
export const defaultDatabases: DatabaseNames = {
  persistence: "temporal",
  visibility: "temporal_visibility",
};

/** Name of the workload that is PostgreSQL, when the platform runs it. */
export const postgresName = "postgres";

/** The address of a cluster's PostgreSQL. */
export function databaseAddress(cluster: Cluster): DatabaseAddress {
  if (cluster.postgres.kind === "external") return cluster.postgres;
  return {
    host: postgresName,
    port: 5432,
    user: "temporal",
    databases: defaultDatabases,
    tls: "disable",
  };
}

/** Connections kept for tasks, for one surplus process while a role is replaced, and for the operator's psql. */
const reservedConnections = 20;

/**
 * The connections that a cluster may open at the same time: every server process opens both pools, whatever its role
 * (temporal/common/persistence/sql), and some are kept for tasks and people.
 */
export function connectionBudget(cluster: Cluster): number {
  const { persistence, visibility } = cluster.server.connections;
  const processes = serviceRoles.reduce(
    (sum, role) => sum + cluster.server.roles[role].replicas,
    0,
  );
  return processes * (persistence + visibility) + reservedConnections;
}
