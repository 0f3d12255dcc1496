/**
 * What is remembered of a cluster's archive, and which changes of the config would delete it. It has the workflows that PostgreSQL has deleted, and
 * nobody else has them.
 */
import type { Cluster } from "./cluster.ts";
import type { DataLocation } from "./data-location.ts";
import type { DataPolicy } from "./workload.ts";

/** What is remembered of a cluster that has an archive; nothing of one that has none. */
export type ArchivePlace =
  | { readonly kind: "external" }
  | {
      readonly kind: "managed";
      /** What becomes of its volume. Pulumi goes by what the last deployment said when the config no longer names the volume. */
      readonly onDestroy: DataPolicy;
    };

/** Key of `temporal-platform:moved` by which the end of a managed archive is agreed to. */
export const archiveKey = "archival.kind";

/** The place of a cluster's archive; undefined when it has none. */
export function archivePlace({ archival, onDestroy }: Cluster): ArchivePlace | undefined {
  switch (archival.kind) {
    case "none":
      return undefined;
    case "external":
      return { kind: "external" };
    case "managed":
      return { kind: "managed", onDestroy };
  }
}

/**
 * What is wrong with a change of the place; undefined when nothing is deleted by it, or when it is meant. Only a managed archive goes with the config:
 * a bucket of somebody else's stays, and so does a volume whose `onDestroy` is `keep`.
 *
 * @param agreed What the user has agreed to, by key.
 */
export function archiveViolation(
  name: string,
  before: ArchivePlace | undefined,
  after: ArchivePlace | undefined,
  agreed: DataLocation,
): string | undefined {
  const to = after?.kind ?? "none";
  const agreedTo = agreed[archiveKey];
  if (after?.kind === "managed") {
    return agreedTo === undefined || agreedTo === to ? undefined : stale(name, agreedTo);
  }
  if (before?.kind !== "managed") return undefined;
  switch (before.onDestroy) {
    case "keep":
      return undefined;
    case "protect":
      return (
        `archival of cluster ${name} is managed, and onDestroy protects its volume. Put managed back. ` +
        `To change it on purpose, set onDestroy to keep or delete, deploy, and change archival then`
      );
    case "delete":
      return agreedTo === to
        ? undefined
        : `archival of cluster ${name} is managed, and its volume would be deleted with all that is archived, which nobody else has. Put managed back. ` +
            `To keep the volume, set onDestroy to keep, deploy, and change archival then: a later managed takes it up again. ` +
            `To delete it on purpose, add "${name}: { ${archiveKey}: ${to} }" to temporal-platform:moved`;
  }
}

/** A consent of earlier would let a second archive go without a word. */
function stale(name: string, agreedTo: string): string {
  return (
    `archival of cluster ${name} is managed, and temporal-platform:moved says that its archive may be deleted ` +
    `(${archiveKey}: ${agreedTo}): take that out`
  );
}
