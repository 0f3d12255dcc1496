/**
 * By what postgres_exporter finds PostgreSQL.
 */
import type { Cluster } from "../cluster.ts";
import { authorityIn, databaseAddress } from "../database.ts";
import {
  type ManagedPostgresExporter,
  postgresExporterPassword,
  postgresExporterRole,
} from "../postgres-exporter.ts";
import type { EnvironmentValue } from "../workload.ts";

/**
 * The database that the exporter is connected to. Every one tells of all. It is never that of persistence, whose connections tell the schema task
 * whether any role runs (platform/sql/memberships.sql), and somebody else's server may let nobody into `postgres`.
 */
function databaseOf(cluster: Cluster): string {
  return cluster.postgres.kind === "managed"
    ? "postgres"
    : databaseAddress(cluster).databases.visibility;
}

/** The environment that tells the exporter where PostgreSQL is, and as whom it connects (its README, "Environment Variables"). */
export function dataSource(
  cluster: Cluster,
  { role }: Pick<ManagedPostgresExporter, "role">,
): Readonly<Record<string, EnvironmentValue>> {
  const address = databaseAddress(cluster);
  const authority = authorityIn(address);
  const parameters = new URLSearchParams({
    sslmode: address.tls,
    ...(authority === undefined ? {} : { sslrootcert: authority }),
    application_name: "postgres_exporter",
  });
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const database = encodeURIComponent(databaseOf(cluster));
  return {
    DATA_SOURCE_URI: `${host}:${address.port}/${database}?${parameters.toString()}`,
    DATA_SOURCE_USER: role?.user ?? postgresExporterRole,
    DATA_SOURCE_PASS: { secret: postgresExporterPassword },
  };
}
