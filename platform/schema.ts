/**
 * The script that brings both databases' schemas to what the server's version expects.
 *
 * It may run at any time and any number of times: it makes only what is missing and moves only forward. The schemas come from the tool
 * itself, so that they always belong to the version that the tool has.
 */
import { defined } from "./defined.ts";
import type { DatabaseAddress } from "./database.ts";
import { authorityIn, databasePassword, userInAddress } from "./database.ts";
import { guardPaths, refusal, refusalEnd } from "./database-guard.ts";
import { versionGuard } from "./image-version.ts";
import { template } from "./template.ts";
import type { EnvironmentValue } from "./workload.ts";

const script = template("scripts/schema.sh");

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
export const memberships = template("sql/memberships.sql")({
  REMEMBERED_MINUTES: rememberedMinutes,
});

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
export const visibilityIndexes = template("sql/visibility-indexes.sql")();

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
          ...defined({ SQL_TLS_CA_FILE: authority }),
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
  return script({
    VERSION_GUARD: versionGuard(
      "schema",
      "temporal-sql-tool",
      version,
      "clusters[].images.adminTools",
    ),
    REFUSAL: refusal,
    REFUSAL_END: refusalEnd,
    PERSISTENCE_GUARD: guardPaths.persistence,
    VISIBILITY_GUARD: guardPaths.visibility,
    MEMBERSHIPS: membershipsPath,
    VISIBILITY_INDEXES: visibilityIndexesPath,
  });
}
