import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
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

/** What is said when the cluster dev becomes another. */
function changed(to: Partial<RegisteredCluster>): readonly string[] {
  return identityViolations({ dev }, { dev: { ...dev, ...to } }, []).map(
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
    expect(identityViolations({}, { dev, other: { ...dev, numHistoryShards: 1 } }, [])).toEqual([]);
  });

  it("may not begin with a version that cannot be read", () => {
    const [found] = identityViolations({}, { dev: { ...dev, serverVersion: "1.32" } }, []);
    expect(found?.message).toBe(
      "server.version of cluster dev is 1.32: a version has the form 1.32.2",
    );
  });

  it("does not vanish unless it is retired", () => {
    const [found] = identityViolations({ dev }, {}, []);
    expect(found?.message).toContain("add dev to temporal-platform:retired");
    expect(identityViolations({ dev }, {}, ["dev"])).toEqual([]);
  });

  it("is not retired and in use", () => {
    const [found] = identityViolations({ dev }, { dev }, ["dev"]);
    expect(found?.message).toContain("take it out of one of them");
  });
});

describe("a server version", () => {
  it.each(["1.31.2", "1.31.9", "1.32.0", "1.32.2"])(
    "may become %s after 1.31.2",
    (serverVersion) => {
      expect(changed({ serverVersion })).toEqual([]);
    },
  );

  it.each([
    ["1.31.1", "that is a downgrade"],
    ["1.30.4", "that is a downgrade"],
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
        expect(identityViolations(same, same, [])).toEqual([]);
      }),
    );
  });

  it("may take on a cluster", () => {
    fc.assert(
      fc.property(clusters, name, cluster, (before, added, fresh) => {
        fc.pre(!(added in before));
        expect(identityViolations(before, { ...before, [added]: fresh }, [])).toEqual([]);
      }),
    );
  });

  it("hears of a lost cluster unless it is retired", () => {
    fc.assert(
      fc.property(clusters, fc.array(name, { maxLength: 3 }), (before, retired) => {
        const lost = Object.keys(before).filter((one) => !retired.includes(one));
        expect(identityViolations(before, {}, retired)).toHaveLength(lost.length);
      }),
    );
  });

  it("cannot go back the way it came, once its version has changed", () => {
    fc.assert(
      fc.property(cluster, cluster, (a, b) => {
        fc.pre(a.serverVersion !== b.serverVersion);
        const from = { dev: { ...b, serverVersion: a.serverVersion } };
        const there = identityViolations(from, { dev: b }, []);
        const back = identityViolations({ dev: b }, from, []);
        expect(there.length + back.length).toBeGreaterThan(0);
      }),
    );
  });
});
