/**
 * Where a cluster's programs find PostgreSQL, whoever runs it, and how many connections they may open.
 */
import type { Cluster, ExternalPostgres } from "./cluster.ts";
import {
  managedPostgresExporter,
  postgresExporterConnections,
  postgresExporterName,
} from "./postgres-exporter.ts";
import { mostFrontends, serviceRoles } from "./roles.ts";
import type { SecretName } from "./secrets.ts";
import { copyingTasks } from "./visibility.ts";
import { type Callers, type File, parts, type SecretReference } from "./workload.ts";

/** Name of the secret, and of the environment variable, that carries the database password. */
export const databasePassword = "TEMPORAL_DB_PASSWORD" as const satisfies SecretName;

/** Name of the secret that carries the authority's certificates, where they are not part of the config. */
export const databaseAuthority = "TEMPORAL_DB_CA" as const satisfies SecretName;

/** The tasks and workloads that connect to a cluster's database. */
export function databaseCallers(cluster: Pick<Cluster, "monitoring" | "visibility">): Callers {
  const watched = managedPostgresExporter(cluster) === undefined ? [] : [postgresExporterName];
  const copying = copyingTasks(cluster);
  return parts("schema", "cluster-metadata", ...serviceRoles, ...watched, ...copying);
}

/** What a client needs in order to connect; the password travels as the secret {@link databasePassword}. */
export interface DatabaseAddress extends Pick<
  ExternalPostgres,
  "host" | "port" | "user" | "databases" | "tls" | "connectAttributes"
> {
  /** Certificates of the authority that signed the server's: as text, or {@link databaseAuthority}, which is renewed while clients run. */
  readonly ca?: string | SecretReference;
}

/** Path of the authority's certificates in every container that connects. */
const authorityPath = "/etc/temporal/postgres/ca.pem";

/** The authority's certificates as a file; none where nothing is checked, and when the images' own authorities do. */
export function authorityFiles({ ca }: DatabaseAddress): File[] {
  return ca === undefined ? [] : [{ path: authorityPath, content: ca }];
}

/** Where {@link authorityFiles} are; undefined when there are none. */
export function authorityIn(address: DatabaseAddress): string | undefined {
  return authorityFiles(address)[0]?.path;
}

/** The databases' names unless an external PostgreSQL has others. */
export const defaultDatabases = {
  persistence: "temporal",
  visibility: "temporal_visibility",
} as const;

/** Name of the workload that is PostgreSQL, when the platform runs it. */
export const postgresName = "postgres";

/**
 * The service at which CloudNativePG keeps the primary: the cluster's name with `-rw` (its manual, "Service Management"). The servers' certificate
 * has this name, alone and with the namespace (api/v1/cluster_funcs.go, GetClusterAltDNSNames).
 */
const primaryName = `${postgresName}-rw`;

/** The address of a cluster's PostgreSQL. */
export function databaseAddress(cluster: Cluster): DatabaseAddress {
  if (cluster.postgres.kind === "external") return cluster.postgres;
  const ours = { port: 5432, user: "temporal", databases: defaultDatabases, connectAttributes: {} };
  return cluster.postgres.kind === "managed"
    ? { ...ours, host: postgresName, tls: "disable" }
    : { ...ours, host: primaryName, tls: "verify-full", ca: { secret: databaseAuthority } };
}

/** The user as Temporal's programs want it: they put it into a URL as it is (sql/sqlplugin/postgresql/session/session.go). */
export function userInAddress({ user }: DatabaseAddress): string {
  return encodeURIComponent(user);
}

/** Connections of one server process, unless the config says otherwise. */
export const defaultPools = { persistence: 20, visibility: 10 } as const;

/** Connections kept for tasks and for the operator's psql. */
const reservedConnections = 20;

/**
 * The connections that a cluster may open at the same time: every server process opens both pools, whatever its role
 * (temporal/common/persistence/sql). Where a role's replica starts before the one it replaces ends, each role may have one more process
 * than replicas; only one role is replaced at a time, but a cluster that was left half-way may have one of each.
 */
export function connectionBudget(cluster: Cluster): number {
  const { persistence, visibility } = cluster.server.connections;
  const surge = cluster.target.kind === "kubernetes" ? 1 : 0;
  const { roles } = cluster.server;
  const processes = serviceRoles.reduce((sum, role) => {
    const most = role === "frontend" ? mostFrontends(cluster) : roles[role].replicas;
    return sum + most + surge;
  }, 0);
  const watching =
    managedPostgresExporter(cluster) === undefined ? 0 : postgresExporterConnections * (1 + surge);
  return processes * (persistence + visibility) + watching + reservedConnections;
}

/** As {@link connectionBudget}, of so many processes with the pools of the default config. */
export function connectionsOf(processes: number): number {
  return processes * (defaultPools.persistence + defaultPools.visibility) + reservedConnections;
}

/** The fewest connections that a PostgreSQL of the platform takes. */
const minConnections = 256;

/**
 * `max_connections` of a PostgreSQL that the platform runs: the budget, rounded up to a power of two. Another value restarts PostgreSQL,
 * which a further replica of a role should not.
 */
export function maxConnections(cluster: Cluster): number {
  return Math.max(minConnections, powerOfTwo(connectionBudget(cluster)));
}

/** The least power of two that is not below a number. */
export function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, least)));
}
