import { describe, expect, it } from "vitest";
import { archivePlace, type ArchivePlace } from "../../platform/archive-guard.ts";
import type { DataLocation } from "../../platform/data-location.ts";
import { identityViolations } from "../../platform/identity.ts";
import { clusterWith } from "../../testkit/clusters.ts";

/** A cluster that does not answer now. */
const silent = {
  ...{ numHistoryShards: 512, failoverVersionIncrement: 10, initialFailoverVersion: 1 },
  serverVersion: "1.32.2",
};
const dev = { ...silent, data: { "target.kind": "docker" } };
const managed = (onDestroy: "delete" | "keep" | "protect"): ArchivePlace => ({
  kind: "managed",
  onDestroy,
});
const external: ArchivePlace = { kind: "external" };

/** What is said when an archive becomes another one; undefined stands for none. */
function said(
  from: ArchivePlace | undefined,
  to: ArchivePlace | undefined,
  agreed: DataLocation = {},
): readonly string[] {
  const having = (archive: ArchivePlace | undefined) => ({
    dev: archive === undefined ? dev : { ...dev, archive },
  });
  const consent = { retired: [], moved: { dev: agreed } };
  return identityViolations(having(from), having(to), consent).map(({ message }) => message);
}

describe("an archive of the platform's own", () => {
  it.each([
    ["none", undefined],
    ["external", external],
  ])("is not deleted by a change to %s: the message says how to keep it", (kind, to) => {
    expect(said(managed("delete"), to)).toEqual([
      "archival of cluster dev is managed, and its volume would be deleted with all that is archived, which nobody else has. Put managed back. " +
        "To keep the volume, set onDestroy to keep, deploy, and change archival then: a later managed takes it up again. " +
        `To delete it on purpose, add "dev: { archival.kind: ${kind} }" to temporal-platform:moved`,
    ]);
  });

  it("is deleted by what was agreed to in words, and by nothing else", () => {
    expect(said(managed("delete"), undefined, { "archival.kind": "none" })).toEqual([]);
    expect(said(managed("delete"), external, { "archival.kind": "none" })).toHaveLength(1);
  });

  it("is guarded by what its volume was deployed with: a policy that changes at the same time comes too late", () => {
    expect(said(managed("delete"), external)).toHaveLength(1);
    expect(said(managed("keep"), undefined)).toEqual([]);
    expect(said(managed("keep"), external)).toEqual([]);
  });

  it("that is protected stays, whatever was agreed to: Pulumi itself would stop half-way", () => {
    const [message] = said(managed("protect"), undefined, { "archival.kind": "none" });
    expect(message).toBe(
      "archival of cluster dev is managed, and onDestroy protects its volume. Put managed back. " +
        "To change it on purpose, set onDestroy to keep or delete, deploy, and change archival then",
    );
  });

  it("begins, stays, and has its policy changed without a word", () => {
    expect(said(undefined, managed("delete"))).toEqual([]);
    expect(said(external, managed("delete"))).toEqual([]);
    expect(said(managed("protect"), managed("keep"))).toEqual([]);
    expect(said(external, undefined)).toEqual([]);
  });

  it("does not begin while it is said to be deletable, so that no old consent deletes a new archive", () => {
    const agreed = { "archival.kind": "none" };
    expect(said(undefined, undefined, agreed)).toEqual([]);
    expect(said(undefined, managed("delete"), agreed)).toEqual([
      "archival of cluster dev is managed, and temporal-platform:moved says that its archive may be deleted (archival.kind: none): take that out",
    ]);
  });

  it("is not judged where the cluster does not answer: nothing is deleted there", () => {
    const before = { dev: { ...dev, archive: managed("delete") } };
    expect(identityViolations(before, { dev: silent }, { retired: [], moved: {} })).toEqual([]);
  });
});

describe("what is remembered of an archive", () => {
  const on = (target: object, more: object): object | undefined =>
    archivePlace(clusterWith({ target, archival: { kind: "managed" }, ...more }));
  const kubernetes = { kind: "kubernetes", context: "x" };

  it("is its kind and what becomes of its volume", () => {
    expect(archivePlace(clusterWith())).toBeUndefined();
    expect(on({ kind: "docker" }, {})).toEqual(managed("delete"));
    expect(on(kubernetes, {})).toEqual(managed("protect"));
    const archival = { kind: "external", bucket: "closed", region: "eu-central-1" };
    const role = { archival: { ...archival, credentials: { kind: "role" } } };
    expect(archivePlace(clusterWith(role))).toEqual(external);
  });
});
