import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../config/load.ts";

const dev = { name: "dev", target: { kind: "docker" } };
const key = "temporal-platform:clusters[0]";

const cluster = (more: object) =>
  resolveSettings({ clusters: [{ ...dev, ...more }] }, {}).clusters[0];

describe("a namespace of the config", () => {
  it.each([
    ["1h", 3600],
    ["12h", 43_200],
    ["30d", 2_592_000],
    ["3650d", 315_360_000],
  ])("keeps closed workflows for %s", (retention, retentionSeconds) => {
    expect(cluster({ namespaces: { orders: { retention } } })?.namespaces["orders"]).toMatchObject({
      retentionSeconds,
    });
  });

  const orders = (more: object): object => ({ namespaces: { orders: more } });
  const counted = (count: number, type: string): object =>
    orders({
      searchAttributes: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`A${index}`, type]),
      ),
    });

  it.each<[string, object, string]>([
    ["less than an hour", orders({ retention: "30m" }), "retention: must be at least 1h"],
    ["centuries", orders({ retention: "99999d" }), "retention: must be at most 36500d"],
    ["an empty description", orders({ description: "" }), "description: must not be empty"],
    [
      "a search attribute of no type",
      orders({ searchAttributes: { One: "String" } }),
      "searchAttributes.One: must be Text or Keyword or Int or Double or Bool or Datetime or KeywordList",
    ],
    [
      "a search attribute of Temporal's own kind",
      orders({ searchAttributes: { TemporalOne: "Int" } }),
      "searchAttributes.TemporalOne: must not begin with Temporal",
    ],
    [
      "more search attributes of a type than there are columns",
      counted(4, "Bool"),
      "searchAttributes: has 4 attributes of type Bool, and PostgreSQL has room for 3: leave out A3",
    ],
    ["a limit of nothing", orders({ limits: { requestsPerSecond: 0 } }), "requestsPerSecond"],
    ["a size without a unit", orders({ limits: { payloadSize: "512" } }), "such as 512KiB or 4MiB"],
  ])("is refused with %s", (_what, more, message) => {
    expect(() => cluster(more)).toThrow(message);
    expect(() => cluster(more)).toThrow(`${key}.namespaces.orders`);
  });

  it("has as many search attributes of each type as there are columns", () => {
    expect(() => cluster(counted(3, "Bool"))).not.toThrow();
    expect(() => cluster(counted(10, "Keyword"))).not.toThrow();
  });
});

describe("a Nexus endpoint of the config", () => {
  const to = (target: object): object => ({ nexusEndpoints: { payments: { target } } });

  it.each<[string, object]>([
    ["workers", { namespace: "default", taskQueue: "payments" }],
    ["a server elsewhere", { url: "https://example.com/nexus" }],
  ])("leads to %s", (_what, target) => {
    expect(cluster(to(target))?.nexusEndpoints["payments"]?.target).toEqual(target);
  });

  const alone = "nexusEndpoints.payments.target: must be namespace and taskQueue, or url alone";
  it.each<[string, object, string]>([
    ["both", to({ url: "https://example.com", namespace: "default", taskQueue: "one" }), alone],
    ["half of it", to({ namespace: "default" }), alone],
    ["nothing", to({}), alone],
    [
      "a namespace that the cluster has not",
      to({ namespace: "other", taskQueue: "one" }),
      "nexusEndpoints.payments.target.namespace: must be one of the cluster's namespaces: default",
    ],
    ["an address of another kind", to({ url: "ftp://example.com" }), "must be an address such as"],
    [
      "a name that Temporal refuses",
      { nexusEndpoints: { "1": { target: { url: "https://example.com" } } } },
      "must be 2 to 200 letters",
    ],
  ])("is refused with %s", (_what, more, message) => {
    expect(() => cluster(more)).toThrow(message);
  });
});
