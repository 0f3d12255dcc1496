import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../config/load.ts";
import { dynamicConfigOf } from "../../platform/server-settings.ts";

const dev = { name: "dev", target: { kind: "docker" } };

function dynamicConfig(namespaces: object, server: object = {}) {
  const [cluster] = resolveSettings({ clusters: [{ ...dev, namespaces, server }] }, {}).clusters;
  if (cluster === undefined) throw new Error("no cluster");
  return dynamicConfigOf(cluster);
}

describe("the limits of a namespace", () => {
  it("are dynamic config that holds for it alone", () => {
    const found = dynamicConfig({
      orders: { limits: { requestsPerSecond: 100, payloadSize: "512KiB", historyEvents: 1000 } },
      billing: { limits: { requestsPerSecond: 50, longPolls: 20, historySize: "10MiB" } },
      default: {},
    });
    expect(found).toMatchObject({
      "frontend.globalNamespaceRPS": [
        { value: 100, constraints: { namespace: "orders" } },
        { value: 50, constraints: { namespace: "billing" } },
      ],
      "frontend.globalNamespaceCount": [{ value: 20, constraints: { namespace: "billing" } }],
      "limit.blobSize.error": [{ value: 524_288, constraints: { namespace: "orders" } }],
      "limit.historySize.error": [{ value: 10_485_760, constraints: { namespace: "billing" } }],
      "limit.historyCount.error": [{ value: 1000, constraints: { namespace: "orders" } }],
    });
  });

  it("lower the warning with the size of payloads, below which the server refuses nothing", () => {
    const constraints = { namespace: "orders" };
    const warning = (payloadSize: string) =>
      dynamicConfig({ orders: { limits: { payloadSize } } })["limit.blobSize.warn"];
    expect(warning("64KiB")).toEqual([{ value: 65_536, constraints }]);
    expect(warning("1MiB")).toBeUndefined();
  });

  it("are none when nothing is said", () => {
    const keys = Object.keys(dynamicConfig({ default: {} }));
    expect(keys.filter((key) => /Namespace|blobSize|history(Size|Count)/.test(key))).toEqual([]);
  });

  it("are not said twice", () => {
    expect(() =>
      dynamicConfig(
        { orders: { limits: { requestsPerSecond: 100 } } },
        { dynamicConfig: { "frontend.GlobalNamespaceRPS": 5 } },
      ),
    ).toThrow(
      "clusters[0].namespaces.orders.limits.requestsPerSecond: is frontend.globalNamespaceRPS, which server.dynamicConfig sets as well",
    );
  });
});

describe("a namespace that is protected", () => {
  it("is one that the server itself does not delete, whoever asks", () => {
    expect(
      dynamicConfig({ orders: { onRemove: "protect" }, default: {} })["worker.protectedNamespaces"],
    ).toEqual([{ value: ["orders"] }]);
    expect(dynamicConfig({ default: {} })).not.toHaveProperty("worker.protectedNamespaces");
  });
});
