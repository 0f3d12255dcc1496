/**
 * PostgreSQL as the platform runs it: its settings, and the script that starts it in the official image and in ours alike.
 */
import { defaultDatabases } from "./database.ts";
import { postgresExporterConnections, postgresExporterRole } from "./postgres-exporter.ts";
import { template } from "./template.ts";
import type { Resources } from "./workload.ts";

/** The volume's mount point; the data directory lies below it, so that a mount point's `lost+found` does no harm. */
export const dataMount = "/var/lib/postgresql/data";

/** Directory of the platform's files inside the container. */
const filesDirectory = "/etc/temporal-postgres";

/** Path of the settings. */
export const settingsPath = `${filesDirectory}/postgresql.conf`;

/** Path of the client authentication rules. */
export const accessPath = `${filesDirectory}/pg_hba.conf`;

/** Path of the start script. */
export const startPath = `${filesDirectory}/start.sh`;

/**
 * The settings, sized to a memory limit. They fit Temporal's load: many small transactions on few hot tables, rows that live for
 * seconds, point reads by key. Durability is never traded: fsync, full_page_writes and synchronous_commit stay on.
 *
 * @param maxConnections What the cluster's programs may open together, see `maxConnections` in database.ts.
 */
export function renderPostgresSettings(resources: Resources, maxConnections: number): string {
  const memoryMiB = resources.memoryMiB;
  const settings: readonly (readonly [string, string, string])[] = [
    ["listen_addresses", "'*'", "reached over the cluster's network only; nothing is published"],
    ["unix_socket_directories", "'/tmp'", "the root file system is read-only"],
    ["max_connections", String(maxConnections), "room for the servers' pools and what tasks need"],
    ["password_encryption", "'scram-sha-256'", "never md5"],
    ["shared_buffers", `${Math.floor(memoryMiB / 4)}MB`, "a quarter of the memory limit"],
    ["effective_cache_size", `${Math.floor(memoryMiB / 2)}MB`, "what the kernel may cache"],
    ["work_mem", "4MB", "queries are point reads and short ranges; sorts are small"],
    ["maintenance_work_mem", `${Math.floor(memoryMiB / 16)}MB`, "for autovacuum's workers"],
    [
      "max_parallel_maintenance_workers",
      "0",
      "they share maintenance_work_mem in /dev/shm (64 MiB)",
    ],
    ["jit", "off", "compiling costs more than queries that take microseconds"],
    ["huge_pages", "off", "containers rarely have them"],
    ["wal_compression", "lz4", "history blobs shrink; less WAL to write and sync"],
    ["min_wal_size", "256MB", "WAL segments are used again rather than made anew"],
    ["max_wal_size", "2GB", "checkpoints by time, not by volume, under load"],
    ["checkpoint_timeout", "15min", "fewer full-page images of hot pages"],
    ["checkpoint_completion_target", "0.9", "spread the writes"],
    ["random_page_cost", "1.1", "solid-state disks"],
    ["autovacuum_max_workers", "3", "task, timer and transfer tables churn at the same time"],
    ["autovacuum_naptime", "15s", "queue tables fill with dead rows within seconds"],
    ["autovacuum_vacuum_scale_factor", "0.05", "vacuum hot tables early, while they are small"],
    ["autovacuum_vacuum_cost_delay", "1ms", "let it keep up with the churn"],
    ["autovacuum_analyze_scale_factor", "0.05", "plans follow tables that grow quickly"],
    ["idle_in_transaction_session_timeout", "5min", "a forgotten session must not stop vacuum"],
    ["tcp_keepalives_idle", "60", "notice clients that vanished"],
    ["log_min_duration_statement", "1000", "milliseconds; slow statements only, never all"],
    ["log_lock_waits", "on", "shard contention shows up here"],
    ["log_checkpoints", "off", "routine"],
    ["log_line_prefix", "'%m [%p] %u@%d '", "time, process, who and where"],
  ];
  return settings.map(([key, value, why]) => `${key} = ${value}  # ${why}\n`).join("");
}

/** The superuser: it has no password and connects inside the container only. */
export const superuser = "postgres";

/** Who may connect: inside the container everybody, over the network by password everybody but the superuser. */
export const accessRules = `# type  database  user      address  method
local   all       all                trust
host    all       ${superuser}  all      reject
host    all       all       all      scram-sha-256
`;

/** Path of {@link ownership} inside the container. */
export const ownershipPath = `${filesDirectory}/ownership.sql`;

/**
 * Gives what the superuser has in a database to a role. Sequences of a column and what an extension brought go along, or stay. The database
 * itself comes last, by which it is known that all the rest is done.
 */
export const ownership = template("sql/ownership.sql")();

/** Temporal's databases, as SQL writes a list of texts. */
const ownDatabases = `'${defaultDatabases.persistence}', '${defaultDatabases.visibility}'`;

/**
 * Starts PostgreSQL: makes the data directory in one atomic step when there is none, brings the owner of Temporal's databases up to date, and
 * becomes the server. Environment: POSTGRES_USER, POSTGRES_PASSWORD, and EXPORTER_PASSWORD where postgres_exporter is to be let in.
 *
 * That owner is no superuser: with its password nobody runs programs in the container, and it leaves the connections alone that PostgreSQL keeps
 * for superusers. In a directory of an earlier version of the platform it was the superuser itself. A superuser cannot give up its own name, so
 * that another one takes it away; each step may be cut off and is done again by the next start.
 */
export const startScript = template("scripts/start-postgres.sh")({
  DATA_MOUNT: dataMount,
  SETTINGS_PATH: settingsPath,
  ACCESS_PATH: accessPath,
  SUPERUSER: superuser,
  OWN_DATABASES: ownDatabases,
  OWNERSHIP_PATH: ownershipPath,
  EXPORTER: postgresExporterRole,
  // Of two processes, of which one takes the other's place.
  EXPORTER_CONNECTIONS: 2 * postgresExporterConnections,
});
