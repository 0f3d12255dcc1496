import { afterEach, describe, expect, it, vi } from "vitest";
import { describedNamespace } from "../../cli/commands/namespace.ts";
import {
  namespaceDescription,
  type NamespaceDescription,
  namespacesText,
  namespaceText,
} from "../../cli/namespaces/description.ts";
import {
  changeableNamespaceOf,
  dataOf,
  newNamespaceOf,
  replacementOf,
  retentionOf,
} from "../../cli/namespaces/input.ts";

describe("the name of a new namespace", () => {
  it.each(["orders", "a", "Orders.eu_1-x", "x".repeat(255)])("may be %s", (name) => {
    expect(newNamespaceOf(name)).toBe(name);
  });

  it.each([
    ["", "It must not be empty."],
    ["two words", "It must be letters, digits, dots, hyphens and underscores"],
    ["-orders", "a letter or a digit first"],
    ["bücher", "It must be letters, digits"],
    ["x".repeat(256), "It has 256 bytes, and Temporal takes 255."],
    ["temporal-system", "It is Temporal's own, which nobody changes."],
  ])("is not %s", (name, why) => {
    expect(() => newNamespaceOf(name)).toThrow(why);
  });
});

describe("the name of a namespace that is changed", () => {
  it("may be whatever another program has made", () => {
    expect(changeableNamespaceOf("shop/orders")).toBe("shop/orders");
    expect(() => changeableNamespaceOf("temporal-system")).toThrow("Temporal's own");
  });
});

describe("a retention", () => {
  it.each([
    ["1h", 3600],
    ["30d", 30 * 86_400],
    ["36500d", 36_500 * 86_400],
  ])("may be %s", (text, seconds) => {
    expect(retentionOf(text)).toBe(seconds);
  });

  it.each([
    ["59m", "1h at least (system.namespaceMinRetentionLocal)"],
    ["36501d", "36500d at most (maxAllowedDuration)"],
    ["0d", "1h at least"],
    ["-1d", "It must be a time such as 30s, 5m, 2h or 30d."],
    ["a month", "It must be a time such as 30s, 5m, 2h or 30d."],
  ])("is not %s", (text, why) => {
    expect(() => retentionOf(text)).toThrow(why);
  });
});

describe("data", () => {
  it.each([
    ["team=orders", { team: "orders" }],
    ["formula=a=b", { formula: "a=b" }],
    ["team=", { team: "" }],
  ])("may be %s", (text, data) => {
    expect(dataOf(text)).toEqual(data);
  });

  it.each(["team", "=orders", ""])("is not %j", (text) => {
    expect(() => dataOf(text)).toThrow("It must be key=value, such as team=billing.");
  });
});

describe("a text that replaces another one", () => {
  it("is not empty, which the server would pass over", () => {
    expect(replacementOf("Orders")).toBe("Orders");
    expect(() => replacementOf("")).toThrow("the server would keep what is there");
  });
});

/** A 64-bit integer as the server's answers have it. */
const long = (value: number): never => ({ toNumber: () => value }) as never;

const answer = {
  namespaceInfo: {
    name: "orders",
    id: "1b4c",
    state: 1,
    description: "Orders\nof all shops",
    ownerEmail: "orders@example.com",
    data: { tier: "1", team: "orders" },
  },
  config: {
    workflowExecutionRetentionTtl: { seconds: long(2_592_000) },
    historyArchivalState: 2,
    historyArchivalUri: "s3://history",
    visibilityArchivalState: 1,
  },
  replicationConfig: {
    activeClusterName: "east",
    clusters: [{ clusterName: "east" }, { clusterName: "west" }],
    state: 1,
  },
  isGlobalNamespace: true,
  failoverVersion: long(12),
  failoverHistory: [{ failoverTime: { seconds: long(1_700_000_000) }, failoverVersion: long(12) }],
};

const orders: NamespaceDescription = {
  name: "orders",
  id: "1b4c",
  state: "Registered",
  description: "Orders\nof all shops",
  owner: "orders@example.com",
  data: { team: "orders", tier: "1" },
  retentionSeconds: 2_592_000,
  historyArchival: { state: "Enabled", uri: "s3://history" },
  visibilityArchival: { state: "Disabled", uri: "" },
  replication: {
    global: true,
    activeCluster: "east",
    clusters: ["east", "west"],
    state: "Normal",
    failoverVersion: 12,
    failovers: [{ time: "2023-11-14T22:13:20.000Z", failoverVersion: 12 }],
  },
};

describe("a namespace that the server describes", () => {
  it("has one shape for programs", () => {
    expect(namespaceDescription(answer)).toEqual(orders);
    expect(Object.keys(namespaceDescription(answer).data)).toEqual(["team", "tier"]);
  });

  it("is told in lines for people", () => {
    const text = namespaceText({ ...orders, searchAttributes: { CustomerId: "Keyword" } });
    expect(text).toBe(
      [
        "Namespace orders",
        "  id                   1b4c",
        "  state                Registered",
        "  description          Orders of all shops",
        "  owner                orders@example.com",
        "  data                 team=orders",
        "                       tier=1",
        "  retention            30d",
        "  history archival     Enabled, s3://history",
        "  visibility archival  Disabled",
        "  global               yes",
        "  clusters             east (active)",
        "                       west",
        "  replication          Normal",
        "  failover version     12",
        "  failovers            2023-11-14T22:13:20.000Z to version 12",
        "  search attributes    CustomerId (Keyword)",
      ].join("\n"),
    );
  });

  it("is one line of a table", () => {
    expect(namespacesText([orders]).split("\n")).toEqual([
      "name    state       retention  owner               description",
      "orders  Registered  30d        orders@example.com  Orders of all shops",
    ]);
    expect(namespacesText([])).toBe("There is no namespace.");
  });
});

describe("search attributes of a namespace", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const services = (listed: () => Promise<object>): Parameters<typeof describedNamespace>[0] =>
    ({
      workflowService: { describeNamespace: () => Promise.resolve(answer) },
      operatorService: { listSearchAttributes: listed },
    }) as object as Parameters<typeof describedNamespace>[0];

  it("have names and types, by name", async () => {
    const customAttributes = { Since: 6, Amount: 4, Tags: 7 };
    const { searchAttributes } = await describedNamespace(
      services(() => Promise.resolve({ customAttributes })),
      "orders",
    );
    expect(Object.entries(searchAttributes ?? {})).toEqual([
      ["Amount", "Double"],
      ["Since", "Datetime"],
      ["Tags", "KeywordList"],
    ]);
  });

  it("are left out, with a warning, where the gateway serves no OperatorService", async () => {
    const warning = vi.spyOn(console, "error").mockReturnValue();
    const refused = services(() =>
      Promise.reject(new Error("7 PERMISSION_DENIED: Received HTTP status code 403")),
    );
    expect(await describedNamespace(refused, "orders")).toEqual(orders);
    expect(warning.mock.calls).toEqual([
      [
        'warning: the search attributes are not known: OperatorService says "Received HTTP status code 403"; gateway.operatorService of the cluster says whether the gateway serves it',
      ],
    ]);
  });
});
