/**
 * The script that brings both databases' schemas to what the server's version expects.
 *
 * It may run at any time and any number of times: it makes only what is missing and moves only forward. The schemas come from the tool
 * itself, so that they always belong to the version that the tool has.
 */
import type { DatabaseAddress } from "./database.ts";
import { authorityIn, databasePassword, userInAddress } from "./database.ts";
import { guardPaths, refusal, refusalEnd } from "./database-guard.ts";
import { versionGuard } from "./image-version.ts";
import type { EnvironmentValue } from "./workload.ts";

/** Path of the script inside the container. */
export const schemaScriptPath = "/etc/temporal-schema/schema.sh";

/** Path of {@link memberships} inside the container. */
export const membershipsPath = "/etc/temporal-schema/memberships.sql";

/** How much longer than the server would a member is remembered by those that start, in minutes. */
const rememberedMinutes = 2;

/**
 * Lets a role that starts right after an outage of the database find the others, and spares one that starts alone the search for members
 * that were stopped.
 *
 * A role that starts joins those that have written a heartbeat within 20 s (temporal/common/membership/ringpop/monitor.go). After a longer
 * outage nobody has, so that it believes to be alone, and nothing ever tells it otherwise: it answers "Not enough hosts to serve the request"
 * until somebody restarts it (temporal issue 9987; measured by \`npm run test:resilience\`, decision 0011). So a heartbeat is written down as
 * some minutes younger than it is. A column that a later version does not have any more is left alone.
 *
 * Those who have stopped are remembered, too, and a role that finds only them searches for 20 s. When nobody but this task is connected to
 * the database no role runs, and they are forgotten.
 */
export const memberships = `CREATE OR REPLACE FUNCTION temporal_platform_remember_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.last_heartbeat := NEW.last_heartbeat + interval '${rememberedMinutes} minutes' ;
  RETURN NEW ;
EXCEPTION WHEN undefined_column THEN
  RETURN NEW ;
END $$ ;
DO $$
DECLARE
  found record ;
BEGIN
  FOR found IN SELECT tgname FROM pg_trigger WHERE tgname = 'temporal_platform_remember_member'
  LOOP
    EXECUTE 'DROP TRIGGER ' || quote_ident(found.tgname) || ' ON cluster_membership' ;
  END LOOP ;
  CREATE TRIGGER temporal_platform_remember_member BEFORE INSERT OR UPDATE ON cluster_membership
    FOR EACH ROW EXECUTE FUNCTION temporal_platform_remember_member() ;
END $$ ;
DELETE FROM cluster_membership WHERE NOT EXISTS (
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
) ;
`;

/** Path of {@link visibilityIndexes} inside the container. */
export const visibilityIndexesPath = "/etc/temporal-schema/visibility-indexes.sql";

/**
 * Lets the indexes of search attributes hold only the workflows that have the attribute.
 *
 * Temporal's schema has 74 indexes on `executions_visibility`, most of them on columns that are NULL in nearly every row, and each row is in
 * all of them: 16 times the table's own size, and most of what a workflow writes to the WAL (temporal issue 10145). An index that leaves NULL
 * out serves the same queries, since a condition on an attribute is hardly ever true of NULL. Two stay whole: the server asks for the NULL of
 * TemporalNamespaceDivision in every list, and the web UI for that of ParentWorkflowId in a saved view.
 *
 * A table that is already large is left alone, because it would be locked meanwhile (runbook visibility-indexes.md). The words stand alone
 * because the tool splits statements by them (temporal/common/persistence/query_util.go).
 */
export const visibilityIndexes = `DO $$
DECLARE
  found record ;
BEGIN
  FOR found IN
    SELECT c.relname AS name, a.attname AS attribute, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[1]
    WHERE i.indrelid = 'executions_visibility'::regclass
      AND NOT i.indisunique AND i.indpred IS NULL AND NOT a.attnotnull
      AND a.attname NOT IN ('temporalnamespacedivision', 'parent_workflow_id')
      AND t.reltuples < 200000
  LOOP
    EXECUTE 'DROP INDEX ' || quote_ident(found.name) ;
    EXECUTE found.definition || ' WHERE ' || quote_ident(found.attribute) || ' IS NOT NULL' ;
  END LOOP ;
  -- Versions of the platform before left NULL out of this one, too.
  FOR found IN
    SELECT c.relname AS name, regexp_replace(pg_get_indexdef(i.indexrelid), ' WHERE .*$', '') AS definition
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[1]
    WHERE i.indrelid = 'executions_visibility'::regclass
      AND NOT i.indisunique AND i.indpred IS NOT NULL
      AND a.attname = 'parent_workflow_id'
      AND t.reltuples < 200000
  LOOP
    EXECUTE 'DROP INDEX ' || quote_ident(found.name) ;
    EXECUTE found.definition ;
  END LOOP ;
END $$ ;
`;

/**
 * Settings of `temporal-sql-tool` (temporal/tools/common/schema/types.go) and the databases' names.
 */
export function schemaEnvironment(address: DatabaseAddress): Record<string, EnvironmentValue> {
  const authority = authorityIn(address);
  return {
    SQL_PLUGIN: "postgres12",
    SQL_HOST: address.host,
    SQL_PORT: String(address.port),
    SQL_USER: userInAddress(address),
    ROLE: address.user,
    SQL_PASSWORD: { secret: databasePassword },
    ...(address.tls === "disable"
      ? {}
      : {
          SQL_TLS: "true",
          SQL_TLS_DISABLE_HOST_VERIFICATION: String(address.tls !== "verify-full"),
          ...(authority === undefined ? {} : { SQL_TLS_CA_FILE: authority }),
        }),
    CONNECT_ATTRIBUTES: String(new URLSearchParams({ ...address.connectAttributes })),
    PERSISTENCE_DATABASE: address.databases.persistence,
    VISIBILITY_DATABASE: address.databases.visibility,
  };
}

/**
 * The script for a version of the server.
 *
 * Faults are told apart by PostgreSQL's codes (its manual, appendix A), and by its words, because the tool of 1.31 prints no codes.
 *
 * The guards (platform/database-guard.ts) run before anything is written. A database that exists already is not created, so that no right to
 * create databases is needed there. Only what may pass by itself is tried again, for a minute: nobody listens yet, PostgreSQL starts or has
 * no connection left. Everything else is final at once, in PostgreSQL's words when the cause is not one of those below.
 */
export function renderSchemaScript(version: string): string {
  return `#!/bin/sh
set -u
${versionGuard("schema", "temporal-sql-tool", version, "clusters[].images.adminTools")}
where="$ROLE at $SQL_HOST:$SQL_PORT"
# Every byte of the password as a query has it: the tool would take a space for a plus.
SQL_CONNECT_ATTRIBUTES="\${CONNECT_ATTRIBUTES:+$CONNECT_ATTRIBUTES&}password=$(printf %s "$SQL_PASSWORD" | od -An -v -tx1 | tr -d '\\n' | tr ' ' '%')"
export SQL_CONNECT_ATTRIBUTES
unset SQL_PASSWORD

# Runs the tool, and keeps what it says but for the statements, which hold the words of every refusal.
tool() {
  temporal-sql-tool "$@" > /tmp/said 2>&1
  status=$?
  grep -vE 'DEBUG|INFO' /tmp/said > /tmp/output
  return $status
}
details() { grep -iE 'error|unable|fatal' /tmp/output | tail -n 3 >&2; }
fail() { details; echo "schema: $1" >&2; exit 1; }
says() { grep -qiE "$1" /tmp/output; }

# What is wrong with a database, and what to do; nothing when it may pass by itself.
judge() {
  if says '${refusal}'; then
    sed -n 's,.*\\(${refusal}.*\\)${refusalEnd}.*,schema: \\1,p' /tmp/output | head -n 1 >&2
    exit 1
  elif says '28P01|password authentication failed'; then
    fail "PostgreSQL refused the password of $where: set TEMPORAL_DB_PASSWORD to the one that the role has"
  elif says 'SSL is not enabled on the server|server does not support SSL|server refused TLS'; then
    fail "PostgreSQL at $SQL_HOST:$SQL_PORT does not speak TLS: switch it on there, or set clusters[].postgres.tls to disable"
  elif says 'x509:|certificate|tls: '; then
    fail "the certificate of PostgreSQL at $SQL_HOST:$SQL_PORT is not accepted: see clusters[].postgres.tls"
  elif says '28000|no pg_hba.conf entry|is not permitted to log in'; then
    fail "PostgreSQL does not let $where in: allow it in pg_hba.conf, or set clusters[].postgres.tls"
  elif says '42501|3F000|permission denied'; then
    fail "$where lacks a right in database $1: it must own the database, or be granted ALL on its schema public or on the one in connectAttributes.search_path"
  elif says '25006|read-only transaction'; then
    fail "PostgreSQL at $SQL_HOST:$SQL_PORT only reads: it is a standby, or set to read-only; set clusters[].postgres.host to the primary"
  elif says 'no such host'; then
    fail "nobody knows the host $SQL_HOST: see clusters[].postgres.host, and whether the containers can resolve it"
  elif ! says '53300|too many (connections|clients)|remaining connection slots|57P03|starting up|shutting down|recovery mode|connection re(fused|set)|i/o timeout|timed out|deadline exceeded|no route to host|network is unreachable|EOF'; then
    fail "PostgreSQL at $SQL_HOST:$SQL_PORT does not do what is asked of it; its words are above"
  fi
}

# Runs a command of the tool until it ends well, and gives up when its fault will not pass.
persist() {
  database=$1 attempt=0
  shift
  while ! tool --database "$database" "$@"; do
    if says '3D000|database .* does not exist'; then
      tool --database "$database" create-database --defaultdb postgres \\
        || fail "database $database does not exist and $where may not create it: create it, owned by $ROLE"
      continue
    fi
    judge "$database"
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 30 ]; then
      if says '53300|too many|remaining connection slots'; then
        fail "PostgreSQL at $SQL_HOST:$SQL_PORT has no connection left: raise max_connections there, or lower clusters[].server.connections"
      fi
      fail "PostgreSQL does not answer $where: see that it runs and can be reached from here"
    fi
    sleep 2
  done
}

# What the platform adds. Temporal runs without it, and an external database may be somebody else's to change.
ours() {
  if tool --database "$1" setup-schema --disable-versioning --schema-file "$2"; then
    echo "schema: $1: $3"
  else
    details
    echo "schema: $1 stays as Temporal made it, without: $3"
  fi
}

persist "$PERSISTENCE_DATABASE" setup-schema --disable-versioning --schema-file ${guardPaths.persistence}
persist "$VISIBILITY_DATABASE" setup-schema --disable-versioning --schema-file ${guardPaths.visibility}
for database in "$PERSISTENCE_DATABASE postgresql/v12/temporal" "$VISIBILITY_DATABASE postgresql/v12/visibility"; do
  name=\${database% *} schema=\${database##* }
  persist "$name" setup-schema --version 0.0
  persist "$name" update-schema --schema-name "$schema"
  echo "schema: $name is up to date"
done
ours "$PERSISTENCE_DATABASE" ${membershipsPath} "roles find each other after an outage"
ours "$VISIBILITY_DATABASE" ${visibilityIndexesPath} "indexes leave out what is not there"
`;
}
