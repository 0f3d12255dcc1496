/**
 * What the schema task asks of both databases before it writes anything: whether they are this cluster's, and whether the server's version
 * can take them over in one step.
 *
 * The server itself would not stop: it looks its record up by the cluster's name, and when there is another cluster's it writes a second one
 * (temporal/temporal/fx.go, ApplyClusterMetadataConfigProvider); two records with the same failover version end every role with a panic, the
 * other cluster's too.
 */
import type { Cluster } from "./cluster.ts";
import { schemaRangeOf, type SchemaVersion } from "./versions.ts";

/** Paths of the statements inside the container. */
export const guardPaths = {
  persistence: "/etc/temporal-schema/guard-persistence.sql",
  visibility: "/etc/temporal-schema/guard-visibility.sql",
} as const;

/** What a refusal begins with, by which the script knows it among the tool's output. */
export const refusal = "temporal-platform refuses";

/** What a refusal ends with. */
export const refusalEnd = " //";

/** Statements that raise an error when the main database is not one that the cluster may use. */
export function persistenceGuard(cluster: Cluster): string {
  const { name, identity, server } = cluster;
  const { newest, oldest } = schemaRangeOf(server.version).persistence;
  const { head, length } = recordBeforeShards(name);
  return block(
    `  found bytea ;
  names text ;
  version text ;
  shards bigint ;
  place int ;
  piece int ;`,
    `  ${notHolding("executions_visibility", "visibility records", "postgres.databases.persistence")}
  names := NULL ;
  IF to_regclass('cluster_metadata_info') IS NOT NULL THEN
    SELECT string_agg(cluster_name, ', ' ORDER BY cluster_name) INTO names FROM cluster_metadata_info ;
  END IF ;
  IF names IS NOT NULL THEN
    SELECT data INTO found FROM cluster_metadata_info WHERE cluster_name = '${name}' ;
    IF found IS NULL THEN
      ${refuse(
        `database % is that of the Temporal cluster %, not of ${name}: name another database in clusters[].postgres, or adopt it under its own name (docs/runbooks/adopt-database.md)`,
        "current_database(), names",
      )}
    END IF ;
    -- The record begins with the name and the number of shards (persistence/v1/cluster_metadata.proto); of another form nothing is said.
    IF substring(found FOR ${length}) = decode('${head}', 'hex') THEN
      shards := 0 ;
      place := 0 ;
      LOOP
        piece := get_byte(found, ${length} + place) ;
        shards := shards + ((piece & 127)::bigint << (7 * place)) ;
        place := place + 1 ;
        EXIT WHEN piece < 128 OR place > 4 ;
      END LOOP ;
      IF shards <> ${identity.numHistoryShards} THEN
        ${refuse(
          `database % has % history shards for as long as it lives, not ${identity.numHistoryShards}: set clusters[].server.numHistoryShards to that`,
          "current_database(), shards",
        )}
      END IF ;
    END IF ;
  END IF ;
  ${notNewer(newest, server.version)}
  IF names IS NOT NULL AND string_to_array(version, '.')::int[] < ${array(oldest)} THEN
    ${refuse(
      `the schema of database % is %, and Temporal ${server.version} takes over ${oldest} or newer: go through the minor versions one after the other, each with its own server`,
      "current_database(), version",
    )}
  END IF ;`,
  );
}

/** As {@link persistenceGuard}, of the visibility database. */
export function visibilityGuard({ server }: Cluster): string {
  const { newest } = schemaRangeOf(server.version).visibility;
  return block(
    "  version text ;",
    `  ${notHolding("executions", "a cluster's workflows", "postgres.databases.visibility")}
  ${notNewer(newest, server.version)}`,
  );
}

function block(declarations: string, body: string): string {
  // The words stand alone because the tool splits statements by them (temporal/common/persistence/query_util.go).
  return `DO $$
DECLARE
${declarations}
BEGIN
${body}
END $$ ;
`;
}

function refuse(text: string, values: string): string {
  return `RAISE EXCEPTION '${refusal}: ${text.replaceAll("'", "''")}${refusalEnd}', ${values} ;`;
}

function notHolding(table: string, what: string, key: string): string {
  return `IF to_regclass('${table}') IS NOT NULL THEN
    ${refuse(`database % holds ${what} already: name another one in clusters[].${key}`, "current_database()")}
  END IF ;`;
}

function notNewer(newest: SchemaVersion, server: string): string {
  return `version := NULL ;
  IF to_regclass('schema_version') IS NOT NULL THEN
    SELECT curr_version INTO version FROM schema_version WHERE version_partition = 0 AND db_name = current_database() ;
  END IF ;
  IF string_to_array(version, '.')::int[] > ${array(newest)} THEN
    ${refuse(
      `the schema of database % is %, newer than the ${newest} of Temporal ${server}: set clusters[].server.version to the version that it had, or a newer one`,
      "current_database(), version",
    )}
  END IF ;`;
}

function array(version: SchemaVersion): string {
  return `ARRAY[${version.split(".").join(", ")}]`;
}

/** What stands in a cluster's record before the number of its shards: field 1, the name, and the tag of field 2; in hexadecimal. */
function recordBeforeShards(name: string): { readonly head: string; readonly length: number } {
  const bytes = Buffer.from(name, "utf8");
  const head = Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes, Buffer.from([0x10])]);
  return { head: head.toString("hex"), length: head.length };
}
