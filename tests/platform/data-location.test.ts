import { describe, expect, it } from "vitest";
import { databaseLocation, dataLocation, locationChanges } from "../../platform/data-location.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const external = {
  ...{ kind: "external", host: "db", tls: "disable" },
  passwordSecret: { name: "db", key: "password" },
};
const kubernetes = { kind: "kubernetes", context: "x" };

/** The class that is remembered of a cluster on Kubernetes. */
function classOf(more: object): string | undefined {
  return dataLocation(clusterWith({ target: kubernetes, ...more }))["target.storageClass"];
}

describe("the class of a cluster's volumes", () => {
  it.each([
    ["the database", {}],
    ["the database of an operator", { postgres: { kind: "cloudnative-pg" } }],
    ["the archive alone", { postgres: external, archival: { kind: "managed" } }],
    ["the search index alone", { postgres: external, visibility: { kind: "managed" } }],
  ])("is part of the place of %s", (_what, more) => {
    expect(classOf(more)).toBe("default");
  });

  it("is not remembered where the platform stores nothing itself", () => {
    expect(classOf({ postgres: external })).toBeUndefined();
    expect(dataLocation(clusterWith())["target.storageClass"]).toBeUndefined();
  });

  it("is no part of the place of an external database, whose objects stay when an archive begins beside it", () => {
    const beside = { target: kubernetes, postgres: external, archival: { kind: "managed" } };
    expect(databaseLocation(clusterWith(beside))).toEqual(
      databaseLocation(clusterWith({ target: kubernetes, postgres: external })),
    );
  });

  it("does not change under an archive or an index: it would begin again empty", () => {
    const place = (target: object) =>
      dataLocation(
        clusterWith({
          ...{ target, postgres: external },
          ...{ archival: { kind: "managed" }, visibility: { kind: "managed" } },
        }),
      );
    const fast = place({ ...kubernetes, storageClass: "fast" });
    expect(locationChanges(place(kubernetes), fast)).toEqual([
      {
        ...{ key: "target.storageClass", from: "default", to: "fast" },
        effect: "A managed search index or archive would begin again empty",
      },
    ]);
    expect(locationChanges(fast, fast)).toEqual([]);
  });
});
