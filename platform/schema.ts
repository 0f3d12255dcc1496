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

setup "$PERSISTENCE_DATABASE"
update "$PERSISTENCE_DATABASE" postgresql/v12/temporal
setup "$VISIBILITY_DATABASE"
update "$VISIBILITY_DATABASE" postgresql/v12/visibility
`;
