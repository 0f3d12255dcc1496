/**
 * What the schema task asks of both databases before it writes anything: whether they are this cluster's, and whether the server's version
 * can take them over in one step.
 *
 * The server itself would not stop: it looks its record up by the cluster's name, and when there is another cluster's it writes a second one
 * (temporal/temporal/fx.go, ApplyClusterMetadataConfigProvider); two records with the same failover version end every role with a panic, the
 * other cluster's too.
 */
import type { Cluster } from "./cluster.ts";
import { template } from "./template.ts";
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

const statements = {
  persistence: template("sql/guard-persistence.sql"),
  visibility: template("sql/guard-visibility.sql"),
  notNewer: template("sql/guard-not-newer.sql"),
} as const;

const words = { REFUSAL: refusal, REFUSAL_END: refusalEnd } as const;

/**
 * Statements that raise an error when the main database is not one that the cluster may use. Semicolons stand alone because the tool splits
 * statements by them (temporal/common/persistence/query_util.go).
 */
export function persistenceGuard(cluster: Cluster): string {
  const { name, identity, server } = cluster;
  const { newest, oldest } = schemaRangeOf(server.version).persistence;
  const { head, length } = recordBeforeShards(name);
  return statements.persistence({
    ...words,
    CLUSTER: name,
    RECORD_HEAD: head,
    RECORD_LENGTH: length,
    SHARDS: identity.numHistoryShards,
    NOT_NEWER: notNewer(newest, server.version),
    OLDEST: oldest,
    OLDEST_NUMBERS: numbers(oldest),
    SERVER: server.version,
  });
}

/** As {@link persistenceGuard}, of the visibility database. */
export function visibilityGuard({ server }: Cluster): string {
  const { newest } = schemaRangeOf(server.version).visibility;
  return statements.visibility({ ...words, NOT_NEWER: notNewer(newest, server.version) });
}

function notNewer(newest: SchemaVersion, server: string): string {
  return statements.notNewer({
    ...words,
    NEWEST: newest,
    NEWEST_NUMBERS: numbers(newest),
    SERVER: server,
  });
}

/** A version's numbers, as SQL compares them. */
function numbers(version: SchemaVersion): string {
  return version.split(".").join(", ");
}

/** What stands in a cluster's record before the number of its shards: field 1, the name, and the tag of field 2; in hexadecimal. */
function recordBeforeShards(name: string): { readonly head: string; readonly length: number } {
  const bytes = Buffer.from(name, "utf8");
  const head = Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes, Buffer.from([0x10])]);
  return { head: head.toString("hex"), length: head.length };
}
