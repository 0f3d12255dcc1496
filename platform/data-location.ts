/**
 * Where a cluster's data lives, and what happens to it when the config names another place.
 */
import type { Cluster, KubernetesTargetChoice } from "./cluster.ts";

/** Config keys below `clusters[]` that say where the data lives. */
export const locationKeys = [
  "postgres.kind",
  "postgres.host",
  "postgres.port",
  "postgres.databases.persistence",
  "postgres.databases.visibility",
  "target.kind",
  "target.host",
  "target.context",
  "target.namespace",
  "target.storageClass",
  "target.userIds",
  // Its changes are judged by platform/visibility-move.ts.
  "visibility.index",
  // And of this one by platform/archive-guard.ts.
  "archival.kind",
] as const;

/** One of {@link locationKeys}. */
export type LocationKey = (typeof locationKeys)[number];

/** The keys that hold for a cluster, with their values; `default` stands for a value that the user leaves to the target. */
export type DataLocation = Readonly<Partial<Record<LocationKey, string>>>;

/** Where a cluster's data lives: its database, and what the platform stores beside it. */
export function dataLocation(cluster: Cluster): DataLocation {
  const { target, archival, visibility } = cluster;
  const beside = visibility.kind === "managed" || archival.kind === "managed";
  // Metrics do not count: they say nothing about a workflow, and expire.
  return target.kind === "kubernetes" && beside
    ? { ...databaseLocation(cluster), ...storageClassOf(target) }
    : databaseLocation(cluster);
}

/** Where a cluster's database lives. */
export function databaseLocation({ target, postgres }: Cluster): DataLocation {
  const place: DataLocation =
    target.kind === "docker"
      ? { "target.kind": target.kind, "target.host": target.host ?? "default" }
      : {
          "target.kind": target.kind,
          "target.context": target.context,
          "target.namespace": target.namespace,
        };
  if (postgres.kind === "external") {
    return {
      ...place,
      "postgres.kind": postgres.kind,
      "postgres.host": postgres.host,
      "postgres.port": String(postgres.port),
      "postgres.databases.persistence": postgres.databases.persistence,
      "postgres.databases.visibility": postgres.databases.visibility,
    };
  }
  return {
    ...place,
    "postgres.kind": postgres.kind,
    ...(target.kind === "kubernetes" ? storageClassOf(target) : {}),
    // The operator sees to its own files.
    ...(target.kind === "kubernetes" && postgres.kind === "managed"
      ? { "target.userIds": target.userIds }
      : {}),
  };
}

function storageClassOf({ storageClass = "default" }: KubernetesTargetChoice): DataLocation {
  return { "target.storageClass": storageClass };
}

/** A value that is another than before. */
export interface LocationChange {
  readonly key: LocationKey;
  readonly from: string;
  readonly to: string;
  /** What would happen, as a sentence without its end. */
  readonly effect: string;
}

/** The values that differ. A key that only one of both has follows from another kind, which is named itself. */
export function locationChanges(before: DataLocation, after: DataLocation): LocationChange[] {
  const external = before["postgres.kind"] === "external" && after["postgres.kind"] === "external";
  return locationKeys.flatMap((key) => {
    const [from, to] = [before[key], after[key]];
    if (from === undefined || to === undefined || from === to) return [];
    return [{ key, from, to, effect: effectOf(key, external) }];
  });
}

function effectOf(key: LocationKey, external: boolean): string {
  if (key === "target.userIds") {
    return "PostgreSQL takes only files of its own user id, and would not start";
  }
  if (external && key === "target.storageClass") {
    return "A managed search index or archive would begin again empty";
  }
  return external && key.startsWith("target.")
    ? "The servers at the old place would still work on the database when the new ones start"
    : "The cluster would begin again with an empty database, or with another one's";
}
