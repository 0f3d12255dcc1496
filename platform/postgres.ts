/**
 * PostgreSQL as the platform runs it: its settings, and the script that starts it in the official image and in ours alike.
 */
import { defaultDatabases } from "./database.ts";
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
export const ownership = `DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT format('ALTER TABLE %s OWNER TO %I', c.oid::regclass, current_setting('platform.owner')) AS statement
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relowner = 10 AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i', 'e'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, current_setting('platform.owner'))
    FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = 10
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
  LOOP
    EXECUTE found.statement;
  END LOOP;
  EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), current_setting('platform.owner'));
END $$;
`;

/** Temporal's databases, as SQL writes a list of texts. */
const ownDatabases = `'${defaultDatabases.persistence}', '${defaultDatabases.visibility}'`;

/**
 * Starts PostgreSQL: makes the data directory in one atomic step when there is none, brings the owner of Temporal's databases up to date, and
 * becomes the server. Environment: POSTGRES_USER, POSTGRES_PASSWORD.
 *
 * That owner is no superuser: with its password nobody runs programs in the container, and it leaves the connections alone that PostgreSQL keeps
 * for superusers. In a directory of an earlier version of the platform it was the superuser itself. A superuser cannot give up its own name, so
 * that another one takes it away; each step may be cut off and is done again by the next start.
 */
export const startScript = `#!/bin/sh
set -eu
umask 077
data=${dataMount}/pgdata
settings="-c config_file=${settingsPath} -c hba_file=${accessPath}"
fail() { echo "postgres: $1" >&2; exit 1; }
[ -n "\${POSTGRES_PASSWORD:-}" ] || fail "POSTGRES_PASSWORD is empty"

# initdb and single-user mode ask for their user's name, which the user id of a Kubernetes namespace does not have; the library in both images
# makes one up (initdb.c, get_id; main.c, get_user_name_or_exit).
if ! id -un > /dev/null 2>&1; then
  echo "postgres:x:$(id -u):$(id -g)::/tmp:/bin/false" > /tmp/passwd
  export NSS_WRAPPER_PASSWD=/tmp/passwd NSS_WRAPPER_GROUP=/etc/group
  for wrapper in /usr/lib/*/libnss_wrapper.so; do
    [ -s "$wrapper" ] || fail "user id $(id -u) has no name, and the image has no libnss_wrapper.so"
    export LD_PRELOAD="$wrapper"
  done
fi

# Runs statements, one in a line, without a server: it needs no password and lets nobody in.
alone() { postgres --single -D "$data" $settings postgres; }

# Gives the superuser that has the owner's name another one, and the owner what is Temporal's.
part() {
  echo "postgres: the role $POSTGRES_USER becomes a plain owner of its databases"
  postgres -D "$data" $settings -c listen_addresses= &
  server=$!
  until pg_isready -q -h /tmp -U "$1"; do kill -0 "$server" || fail "could not start"; sleep 0.2; done
  run() { psql -q -h /tmp -v ON_ERROR_STOP=1 "$@"; }
  if [ "$(run -U "$1" -d postgres -Atc "SELECT rolname FROM pg_authid WHERE oid = 10")" = "$POSTGRES_USER" ]; then
    run -U "$POSTGRES_USER" -d postgres -c "DROP ROLE IF EXISTS platform_rename" -c "CREATE ROLE platform_rename SUPERUSER LOGIN"
    run -U platform_rename -d postgres -c "ALTER ROLE \\"$POSTGRES_USER\\" RENAME TO ${superuser}"
  fi
  run -U ${superuser} -d postgres -c "DROP ROLE IF EXISTS platform_rename"
  [ -n "$(run -U ${superuser} -d postgres -Atc "SELECT 1 FROM pg_roles WHERE rolname = '$POSTGRES_USER'")" ] \\
    || run -U ${superuser} -d postgres -c "CREATE ROLE \\"$POSTGRES_USER\\""
  for database in $(run -U ${superuser} -d postgres -Atc "SELECT datname FROM pg_database WHERE datdba = 10 AND datname IN (${ownDatabases})"); do
    PGOPTIONS="-c platform.owner=$POSTGRES_USER" run -U ${superuser} -d "$database" -f ${ownershipPath}
  done
  kill -INT "$server"
  wait "$server" || fail "could not stop"
}

[ ! -e "$data" ] || [ -O "$data" ] \\
  || fail "the data directory is another user id's than $(id -u), and PostgreSQL takes only its own: set target.userIds back, or dump and restore"
if [ ! -s "$data/PG_VERSION" ]; then
  # A directory that was cut off half-way is never taken for a database.
  rm -rf "$data.new"
  initdb --pgdata="$data.new" --username=${superuser} \\
    --encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth-local=trust --auth-host=scram-sha-256
  mv "$data.new" "$data"
else
  found=$(cat "$data/PG_VERSION")
  mine=$(postgres --version | sed 's/[^0-9]*\\([0-9]*\\).*/\\1/')
  [ "$found" = "$mine" ] || fail "the data directory is PostgreSQL $found's, the program is PostgreSQL $mine: migrate it with pg_upgrade or dump and restore"
fi

# The password may have been rotated since. What single-user mode prints of a row is: 1: name = "value".
escaped=$(printf '%s' "$POSTGRES_PASSWORD" | sed "s/'/''/g")
# Not in a subshell: after a crash PostgreSQL takes its lock file for a living server's, unless that server's number is its own or its parent's.
alone > /tmp/told <<END || fail "could not recover the database; its log is above"
SELECT rolname AS superuser FROM pg_authid WHERE oid = 10
SELECT datname AS unparted FROM pg_database WHERE datdba = 10 AND datname IN (${ownDatabases})
END
was=$(sed -n 's/.*superuser = "\\([^"]*\\)".*/\\1/p' /tmp/told)
if [ "$was" = "$POSTGRES_USER" ] || grep -q 'unparted = ' /tmp/told; then part "$was"; fi
alone > /dev/null <<END || fail "could not set the password of $POSTGRES_USER; its log is above"
DO \\$\\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$POSTGRES_USER') THEN CREATE ROLE "$POSTGRES_USER"; END IF; END \\$\\$
ALTER ROLE "$POSTGRES_USER" LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '$escaped'
END
unset POSTGRES_PASSWORD escaped LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
exec postgres -D "$data" $settings
`;
