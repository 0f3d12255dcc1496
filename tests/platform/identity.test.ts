import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DataLocation } from "../../platform/data-location.ts";
import {
  type Consent,
  identityViolations,
  type RegisteredCluster,
  type RegisteredClusters,
} from "../../platform/identity.ts";

const dev: RegisteredCluster = {
  numHistoryShards: 512,
  failoverVersionIncrement: 10,
  initialFailoverVersion: 1,
  serverVersion: "1.31.2",
};

const none: Consent = { retired: [], moved: {} };

/** What is said when the cluster dev becomes another. */
function changed(to: Partial<RegisteredCluster>): readonly string[] {
  return identityViolations({ dev }, { dev: { ...dev, ...to } }, none).map(
    ({ property, message }) => `${property}: ${message}`,
  );
}

describe("a cluster's identity", () => {
  it.each([
    ["numHistoryShards", 1024, "server.numHistoryShards of cluster dev is 512 for ever"],
    ["failoverVersionIncrement", 100, "identity.failoverVersionIncrement of cluster dev is 10"],
    ["initialFailoverVersion", 2, "identity.initialFailoverVersion of cluster dev is 1"],
  ] as const)("keeps its %s", (property, value, said) => {
    const found = changed({ [property]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`clusters.dev.${property}: ${said}`);
    expect(found[0]).toMatch(/Put \d+ back/);
  });

  it("may begin with anything", () => {
    expect(identityViolations({}, { dev, other: { ...dev, numHistoryShards: 1 } }, none)).toEqual(
      [],
    );
  });

  it("may not begin with a version that cannot be read", () => {
    const [found] = identityViolations({}, { dev: { ...dev, serverVersion: "1.32" } }, none);
    expect(found?.message).toBe(
      "server.version of cluster dev is 1.32: a version has the form 1.32.2",
    );
  });

  it("does not vanish unless it is retired", () => {
    const [found] = identityViolations({ dev }, {}, none);
    expect(found?.message).toContain("add dev to temporal-platform:retired");
    expect(identityViolations({ dev }, {}, { ...none, retired: ["dev"] })).toEqual([]);
  });

  it("is not retired and in use", () => {
    const [found] = identityViolations({ dev }, { dev }, { ...none, retired: ["dev"] });
    expect(found?.message).toContain("take it out of one of them");
  });
});

describe("the place of a cluster's data", () => {
  const onDocker: DataLocation = {
    "target.kind": "docker",
    "target.host": "default",
    "postgres.kind": "managed",
  };
  const onKubernetes: DataLocation = {
    "target.kind": "kubernetes",
    "target.context": "prod",
    "target.namespace": "temporal",
    "target.storageClass": "default",
    "target.userIds": "image",
    "postgres.kind": "managed",
  };
  const elsewhere: DataLocation = {
    "target.kind": "docker",
    "target.host": "default",
    "postgres.kind": "external",
    "postgres.host": "db",
    "postgres.port": "5432",
    "postgres.databases.persistence": "temporal",
    "postgres.databases.visibility": "temporal_visibility",
  };
  const said = (
    from: DataLocation | undefined,
    to: DataLocation,
    moved: DataLocation = {},
  ): string[] =>
    identityViolations(
      { dev: from === undefined ? dev : { ...dev, data: from } },
      { dev: { ...dev, data: to } },
      { retired: [], moved: { dev: moved } },
    ).map(({ message }) => message);

  it.each<[key: string, from: DataLocation, to: DataLocation]>([
    ["target.kind", onDocker, onKubernetes],
    ["target.host", onDocker, { ...onDocker, "target.host": "ssh://far" }],
    ["postgres.kind", onDocker, elsewhere],
    ["postgres.kind", onKubernetes, { ...onKubernetes, "postgres.kind": "cloudnative-pg" }],
    ["target.context", onKubernetes, { ...onKubernetes, "target.context": "other" }],
    ["target.namespace", onKubernetes, { ...onKubernetes, "target.namespace": "other" }],
    ["target.storageClass", onKubernetes, { ...onKubernetes, "target.storageClass": "fast" }],
    ["target.userIds", onKubernetes, { ...onKubernetes, "target.userIds": "namespace" }],
    ["postgres.host", elsewhere, { ...elsewhere, "postgres.host": "db2" }],
    ["postgres.port", elsewhere, { ...elsewhere, "postgres.port": "6432" }],
    [
      "postgres.databases.persistence",
      elsewhere,
      { ...elsewhere, "postgres.databases.persistence": "t" },
    ],
    [
      "postgres.databases.visibility",
      elsewhere,
      { ...elsewhere, "postgres.databases.visibility": "v" },
    ],
    ["target.host", elsewhere, { ...elsewhere, "target.host": "ssh://far" }],
  ])("%s does not change", (key, from, to) => {
    const found = said(from, to);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(
      `${key} of cluster dev is ${from[key as keyof DataLocation] ?? ""},`,
    );
    expect(found[0]).toContain(
      `add "dev: { ${key}: ${to[key as keyof DataLocation] ?? ""} }" to temporal-platform:moved`,
    );
  });

  it("changes on purpose, to the place that was named and to no other", () => {
    const far = { ...onDocker, "target.host": "ssh://far" };
    expect(said(onDocker, far, { "target.host": "ssh://far" })).toEqual([]);
    expect(said(onDocker, far, { "target.host": "ssh://other" })).toHaveLength(1);
    expect(said(far, onDocker, { "target.host": "ssh://far" })).toHaveLength(1);
  });

  it("may be said again once the cluster is there", () => {
    const far = { ...onDocker, "target.host": "ssh://far" };
    expect(said(far, far, { "target.host": "ssh://far" })).toEqual([]);
  });

  it("is recorded by the next deployment of a stack that does not have it yet", () => {
    expect(said(undefined, onKubernetes)).toEqual([]);
  });

  it("says of an external database that both places would work on it", () => {
    const [host] = said(elsewhere, { ...elsewhere, "target.host": "ssh://far" });
    expect(host).toContain("The servers at the old place would still work on the database");
    const [database] = said(elsewhere, { ...elsewhere, "postgres.host": "db2" });
    expect(database).toContain("with an empty database, or with another one's");
  });
});

describe("a server version", () => {
  it.each(["1.31.0", "1.31.1", "1.31.2", "1.31.9", "1.32.0", "1.32.2"])(
    "may become %s after 1.31.2",
    (serverVersion) => {
      expect(changed({ serverVersion })).toEqual([]);
    },
  );

  it.each([
    ["1.30.4", "that is an older minor version"],
    ["0.99.0", "that is an older minor version"],
    ["1.33.0", "Go to the latest 1.32 first"],
    ["2.0.0", "that is another major version"],
    ["latest", "a version has the form 1.32.2"],
  ])("may not become %s after 1.31.2", (serverVersion, said) => {
    const found = changed({ serverVersion });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(said);
  });
});

const cluster: fc.Arbitrary<RegisteredCluster> = fc.record({
  numHistoryShards: fc.integer({ min: 1, max: 16_384 }),
  failoverVersionIncrement: fc.integer({ min: 2, max: 100 }),
  initialFailoverVersion: fc.integer({ min: 1, max: 99 }),
  serverVersion: fc
    .tuple(fc.constant(1), fc.integer({ min: 29, max: 34 }), fc.nat(5))
    .map((parts) => parts.join(".")),
});
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const clusters: fc.Arbitrary<RegisteredClusters> = fc.dictionary(name, cluster, { maxKeys: 4 });

describe("any stack", () => {
  it("may stay as it is", () => {
    fc.assert(
      fc.property(clusters, (same) => {
        expect(identityViolations(same, same, none)).toEqual([]);
      }),
    );
  });

  it("may take on a cluster", () => {
    fc.assert(
      fc.property(clusters, name, cluster, (before, added, fresh) => {
        fc.pre(!(added in before));
        expect(identityViolations(before, { ...before, [added]: fresh }, none)).toEqual([]);
      }),
    );
  });

  it("hears of a lost cluster unless it is retired", () => {
    fc.assert(
      fc.property(clusters, fc.array(name, { maxLength: 3 }), (before, retired) => {
        const lost = Object.keys(before).filter((one) => !retired.includes(one));
        expect(identityViolations(before, {}, { ...none, retired })).toHaveLength(lost.length);
      }),
    );
  });

  it("cannot go back the way it came, once its minor version has changed", () => {
    const minor = (version: string): string => version.split(".").slice(0, 2).join(".");
    fc.assert(
      fc.property(cluster, cluster, (a, b) => {
        fc.pre(minor(a.serverVersion) !== minor(b.serverVersion));
        const from = { dev: { ...b, serverVersion: a.serverVersion } };
        const there = identityViolations(from, { dev: b }, none);
        const back = identityViolations({ dev: b }, from, none);
        expect(there.length + back.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("what a cluster's Temporal holds", () => {
  const dev = {
    ...{ numHistoryShards: 512, failoverVersionIncrement: 10, initialFailoverVersion: 1 },
    serverVersion: "1.32.2",
  };
  const consent = { retired: [], moved: {} };
  const messages = (before: object, after: object): readonly string[] =>
    identityViolations({ dev: { ...dev, ...before } }, { dev: { ...dev, ...after } }, consent).map(
      ({ message }) => message,
    );
  const holding = (onRemove: "keep" | "delete" | "protect") => ({
    objects: { "namespaces.orders": onRemove },
  });

  it("stays in the config while it is protected", () => {
    expect(messages(holding("protect"), { objects: {} })).toEqual([
      "namespaces.orders of cluster dev is protected and no longer in the config: put it back. To remove it on purpose, set its onRemove to keep or delete, deploy, and remove it then",
    ]);
    expect(messages(holding("protect"), holding("keep"))).toEqual([]);
    expect(messages(holding("protect"), holding("protect"))).toEqual([]);
  });

  it("leaves the config otherwise", () => {
    expect(messages(holding("keep"), { objects: {} })).toEqual([]);
    expect(messages(holding("delete"), { objects: {} })).toEqual([]);
    expect(messages({}, { objects: {} })).toEqual([]);
  });
});
