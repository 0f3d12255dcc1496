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
      /**
       * Class of its claim, `default` for the cluster's; only on Kubernetes with an external PostgreSQL. Elsewhere the class is part of the place of
       * PostgreSQL's data, or there is none.
       */
      readonly storageClass?: string;
    };

/** Key of `temporal-platform:moved` by which the end of a managed archive is agreed to. */
export const archiveKey = "archival.kind";

const classKey = "target.storageClass";

/** The place of a cluster's archive; undefined when it has none. */
export function archivePlace({
  archival,
  target,
  postgres,
  onDestroy,
}: Cluster): ArchivePlace | undefined {
  switch (archival.kind) {
    case "none":
      return undefined;
    case "external":
      return { kind: "external" };
    case "managed":
      return {
        ...{ kind: "managed", onDestroy },
        ...(target.kind === "kubernetes" && postgres.kind === "external"
          ? { storageClass: target.storageClass ?? "default" }
          : {}),
      };
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
    if (agreedTo !== undefined && agreedTo !== to) return stale(name, agreedTo);
    return before?.kind === "managed" ? otherClass(name, before, after, agreed) : undefined;
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
            `To delete it on purpose, ${onPurpose(name, archiveKey, to)}`;
  }
}

/** A consent of earlier would let a second archive go without a word. */
function stale(name: string, agreedTo: string): string {
  return (
    `archival of cluster ${name} is managed, and temporal-platform:moved says that its archive may be deleted ` +
    `(${archiveKey}: ${agreedTo}): take that out`
  );
}

function otherClass(
  name: string,
  { storageClass: from }: Extract<ArchivePlace, { kind: "managed" }>,
  { storageClass: to }: Extract<ArchivePlace, { kind: "managed" }>,
  agreed: DataLocation,
): string | undefined {
  if (from === undefined || to === undefined || from === to || agreed[classKey] === to) {
    return undefined;
  }
  return (
    `${classKey} of cluster ${name} is ${from}, and its archive is there; with ${to} it would begin again with an empty one. ` +
    `Put ${from} back. To do it on purpose, ${onPurpose(name, classKey, to)}`
  );
}

function onPurpose(name: string, key: string, to: string): string {
  return `add "${name}: { ${key}: ${to} }" to temporal-platform:moved`;
}
