import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionBudget } from "../../platform/database.ts";
import { serviceRoles } from "../../platform/roles.ts";
import { assumptions, costKinds, type Costs, sizeFor } from "../../platform/sizing.ts";
import { configFor } from "../../bench/size.ts";
import { clusterWith } from "../../testkit/clusters.ts";

/** A processor millisecond and a transition for everything, so that results can be told by hand. */
const costs: Costs = {
  machine: "made up",
  date: "2026-01-01",
  costs: Object.fromEntries(
    costKinds.map((kind) => [kind, { perWorkflow: 2, perActivity: 1 }]),
  ) as Costs["costs"],
  taskQueueKiB: { matching: 512, frontend: 64 },
};

const demand = { workflowsPerSecond: 1000, activities: 3, retentionDays: 30, taskQueues: 100 };

describe("a size", () => {
  it("follows from what a workflow and its activities cost", () => {
    const size = sizeFor(costs, demand);
    expect(size.transitionsPerSecond).toBe(1000 * (2 + 3));
    expect(size.roles.history).toEqual({
      replicas: 3, // 5 busy processors, at 60 % each, in replicas of 4
      busyCores: 5,
      cpuRequest: 2.8,
      memoryMiB: 8192,
    });
    expect(size.postgres).toMatchObject({ busyCores: 5, cores: 16, memoryGiB: 64 });
    expect(size.postgres.storageGiB).toBe(
      Math.ceil((5 * 1000 * 86_400 * 30 * assumptions.storageOverhead) / 2 ** 30),
    );
  });

  it("has two replicas of a role and 512 shards, however small the load", () => {
    const size = sizeFor(costs, {
      ...{ workflowsPerSecond: 0.1, activities: 0, retentionDays: 1, taskQueues: 1 },
    });
    for (const role of serviceRoles) expect(size.roles[role].replicas).toBe(2);
    expect(size.numHistoryShards).toBe(512);
    expect(size.nodes.count).toBe(3);
  });

  it("has the memory for the task queues, also while one replica is away", () => {
    const small = { workflowsPerSecond: 1, activities: 0, retentionDays: 1 };
    const { roles } = sizeFor(costs, { ...small, taskQueues: 3000 });
    expect(roles.matching.replicas).toBe(2);
    expect(roles.matching.memoryMiB * assumptions.taskQueueMemory).toBeGreaterThanOrEqual(1500);
    expect(roles.history.memoryMiB).toBe(assumptions.memoryMiBPerReplica.history);
  });

  it("grows with the load", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 50 }),
        (rate, more) => {
          const small = sizeFor(costs, { ...demand, workflowsPerSecond: rate });
          const large = sizeFor(costs, { ...demand, workflowsPerSecond: rate + more });
          for (const role of serviceRoles)
            expect(large.roles[role].replicas).toBeGreaterThanOrEqual(small.roles[role].replicas);
          expect(large.numHistoryShards).toBeGreaterThanOrEqual(small.numHistoryShards);
          expect(large.postgres.storageGiB).toBeGreaterThanOrEqual(small.postgres.storageGiB);
          expect(Math.log2(large.numHistoryShards) % 1).toBe(0);
        },
      ),
    );
  });

  it("leaves the given share of every requested processor free", () => {
    const { roles } = sizeFor(costs, demand);
    for (const role of serviceRoles) {
      const { replicas, cpuRequest, busyCores } = roles[role];
      expect(busyCores).toBeLessThanOrEqual(replicas * cpuRequest * assumptions.utilisation + 1e-9);
    }
  });

  it("is a config that the platform takes, with the connections that it says", () => {
    const size = sizeFor(costs, demand);
    const cluster = clusterWith({
      ...configFor(size),
      target: { kind: "kubernetes", context: "somewhere" },
    });
    expect(cluster.identity.numHistoryShards).toBe(1024);
    expect(connectionBudget(cluster)).toBe(size.postgres.connections);
  });
});
