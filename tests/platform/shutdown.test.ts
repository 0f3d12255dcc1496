import { describe, expect, it } from "vitest";
import { gatewayWorkload } from "../../components/gateway.ts";
import { serviceRoles } from "../../platform/roles.ts";
import {
  gatewayDrainSeconds,
  historyReadyBy,
  roleStopGraceSeconds,
  shutdownSettings,
} from "../../platform/shutdown.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const kubernetes = { target: { kind: "kubernetes", context: "x" } };

describe("leaving and joining", () => {
  it("takes time where replicas stand in for each other, and none where there is one of each", () => {
    expect(shutdownSettings(clusterWith({}))).toEqual({});
    expect(Object.keys(shutdownSettings(clusterWith(kubernetes))).sort()).toEqual([
      "frontend.shutdownDrainDuration",
      "frontend.shutdownFailHealthCheckDuration",
      "history.alignMembershipChange",
      "matching.alignMembershipChange",
      "matching.shutdownDrainDuration",
    ]);
  });

  it("takes less where there are few shards, whatever the number of replicas", () => {
    const joining = (server: object): unknown[] => {
      const settings = shutdownSettings(clusterWith({ ...kubernetes, server }));
      return ["system.ringpopApproximateMaxPropagationTime", "history.alignMembershipChange"].map(
        (key) => settings[key],
      );
    };
    const soon = [[{ value: "1s" }], [{ value: "2s" }]];
    expect(joining({ numHistoryShards: 16 })).toEqual(soon);
    expect(joining({ numHistoryShards: 16, roles: { history: { replicas: 3 } } })).toEqual(soon);
    // The server's own, which is not named: the roles would be replaced.
    expect(joining({})).toEqual([undefined, [{ value: "5s" }]]);
  });

  it("waits for history to settle where many shards move, and else until it takes connections", () => {
    const history = (server: object): string =>
      historyReadyBy(clusterWith({ ...kubernetes, server }));
    expect(history({ numHistoryShards: 64 })).toBe("usable");
    expect(history({ numHistoryShards: 128 })).toBe("health");
  });

  it("is over before a role is killed", () => {
    const cluster = clusterWith(kubernetes);
    const settings = shutdownSettings(cluster);
    for (const role of serviceRoles) {
      const waits = Object.entries(settings)
        .filter(([key]) => key.startsWith(`${role}.`))
        .map(([, values]) => Number.parseInt(String((values as { value: string }[])[0]?.value)));
      const sum = waits.reduce((total, wait) => total + wait, 0);
      expect(roleStopGraceSeconds(cluster, role)).toBeGreaterThanOrEqual(sum + 30);
    }
  });

  it("lets polls end at a gateway whose place others take, and only there", () => {
    expect(gatewayDrainSeconds(clusterWith(kubernetes))).toBeGreaterThan(70);
    expect(gatewayDrainSeconds(clusterWith({}))).toBeLessThan(10);
    for (const cluster of [clusterWith(kubernetes), clusterWith({})]) {
      expect(gatewayWorkload(cluster).stopGraceSeconds).toBeGreaterThan(
        gatewayDrainSeconds(cluster),
      );
    }
  });

  it("holds up the end of a Docker engine no longer than the engine itself waits", () => {
    for (const role of serviceRoles) {
      expect(roleStopGraceSeconds(clusterWith({}), role)).toBeLessThanOrEqual(15);
    }
  });
});
