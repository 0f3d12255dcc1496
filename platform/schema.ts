/**
 * The script that brings both databases' schemas to what the server's version expects.
 *
 * It may run at any time and any number of times: it makes only what is missing and moves only forward. The schemas come from the tool
 * itself, so that they always belong to the version that the tool has.
 */
import type { DatabaseAddress } from "./database.ts";
import { databasePassword } from "./database.ts";
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
  NEW.last_heartbeat := NEW.last_heartbeat + interval '${String(rememberedMinutes)} minutes' ;
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
 * out serves the same queries, since a condition on an attribute is never true of NULL. The one on TemporalNamespaceDivision stays: the
 * server asks for its NULL in every list.
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
      AND a.attname <> 'temporalnamespacedivision'
      AND t.reltuples < 200000
  LOOP
    EXECUTE 'DROP INDEX ' || quote_ident(found.name) ;
    EXECUTE found.definition || ' WHERE ' || quote_ident(found.attribute) || ' IS NOT NULL' ;
  END LOOP ;
END $$ ;
`;

/**
 * Settings of `temporal-sql-tool` (temporal/tools/common/schema/types.go) and the databases' names.
 */
export function schemaEnvironment(address: DatabaseAddress): Record<string, EnvironmentValue> {
  return {
    SQL_PLUGIN: "postgres12",
    SQL_HOST: address.host,
    SQL_PORT: String(address.port),
    SQL_USER: address.user,
    SQL_PASSWORD: { secret: databasePassword },
    ...(address.tls === "disable"
      ? {}
      : {
          SQL_TLS: "true",
          SQL_TLS_DISABLE_HOST_VERIFICATION: String(address.tls !== "verify-full"),
        }),
    PERSISTENCE_DATABASE: address.databases.persistence,
    VISIBILITY_DATABASE: address.databases.visibility,
  };
}

/**
 * Faults are told apart by PostgreSQL's codes (its manual, appendix A), and by its words, because the tool of 1.31 prints no codes.
 *
 * A database that exists already is not created, so that no right to create databases is needed there. A server that does not answer is
 * tried for a minute; a wrong password is final at once.
 */
export const schemaScript = `#!/bin/sh
set -u
where="$SQL_USER at $SQL_HOST:$SQL_PORT"

tool() { temporal-sql-tool "$@" > /tmp/output 2>&1; }
fail() { grep -iE 'error|unable|fatal' /tmp/output | tail -n 3 >&2; echo "schema: $1" >&2; exit 1; }

setup() {
  database=$1 attempt=0
  while ! tool --database "$database" setup-schema --version 0.0; do
    if grep -qE '28P01|password authentication failed' /tmp/output; then
      fail "PostgreSQL refused the password of $where: set TEMPORAL_DB_PASSWORD to the one that the role has"
    elif grep -qE '28000|no pg_hba.conf entry' /tmp/output; then
      fail "PostgreSQL does not let $where in: allow it in pg_hba.conf, or set clusters[].postgres.tls"
    elif grep -qE '3D000|database .* does not exist' /tmp/output; then
      tool --database "$database" create-database --defaultdb postgres \\
        || fail "database $database does not exist and $where may not create it: create it, owned by $SQL_USER"
    else
      attempt=$((attempt + 1))
      [ "$attempt" -lt 30 ] || fail "PostgreSQL does not answer $where: see that it runs and can be reached from here"
      sleep 2
    fi
  done
}

update() {
  tool --database "$1" update-schema --schema-name "$2" || fail "could not update the schema of database $1"
  echo "schema: $1 is up to date"
}

# What the platform adds. Temporal runs without it, and an external database may be somebody else's to change.
ours() {
  if tool --database "$1" setup-schema --disable-versioning --schema-file "$2"; then
    echo "schema: $1: $3"
  else
    grep -iE 'error|unable|fatal' /tmp/output | tail -n 3 >&2
    echo "schema: $1 stays as Temporal made it, without: $3"
  fi
}

setup "$PERSISTENCE_DATABASE"
update "$PERSISTENCE_DATABASE" postgresql/v12/temporal
setup "$VISIBILITY_DATABASE"
update "$VISIBILITY_DATABASE" postgresql/v12/visibility
ours "$PERSISTENCE_DATABASE" ${membershipsPath} "roles find each other after an outage"
ours "$VISIBILITY_DATABASE" ${visibilityIndexesPath} "indexes leave out what is not there"
`;
