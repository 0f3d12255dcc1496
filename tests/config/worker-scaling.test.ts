import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../config/load.ts";
import type { Cluster } from "../../platform/cluster.ts";
import { verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

const orders = {
  image: "registry.example.com/team/orders:1.4.2",
  namespace: "default",
  taskQueues: { orders: ["workflow", "activity"] },
};
const workersWith = (more: object): object => ({ workers: { orders: { ...orders, ...more } } });
const onKubernetes = (more: object): string => verdictOnKubernetes(workersWith(more));

/** A cluster on Kubernetes with one worker. */
function clusterWith(more: object): Cluster {
  const target = { kind: "kubernetes", context: "x" };
  const raw = { clusters: [{ name: "c", target, ...workersWith(more) }] };
  const [cluster] = resolveSettings(raw, {}).clusters;
  if (cluster === undefined) throw new Error("no cluster");
  return cluster;
}

describe("a worker's scaling", () => {
  it("needs the most that there may be, and has a default for everything else", () => {
    expect(clusterWith({ scaling: { max: 4 } }).workers["orders"]).toMatchObject({
      replicas: 1,
      scaling: { min: 1, max: 4, backlogPerReplica: 5, scaleDownAfterSeconds: 300 },
    });
  });

  it("begins with the fewest", () => {
    expect(clusterWith({ scaling: { min: 3, max: 4 } }).workers["orders"]).toMatchObject({
      replicas: 3,
    });
  });

  it.each<[string, worker: object, fault: string]>([
    ["no most", { scaling: {} }, "[0].workers.orders.scaling.max: is missing; it must be a number"],
    [
      "none of it",
      { scaling: { min: 0, max: 4 } },
      "[0].workers.orders.scaling.min: must be at least 1: the backlog is 0 also while workers are busy, and with 0 the last one would be taken away from its work",
    ],
    [
      "nothing to choose from",
      { scaling: { min: 4, max: 4 } },
      "[0].workers.orders.scaling.max: must be more than min",
    ],
    [
      "replicas as well, even as many",
      { replicas: 1, scaling: { max: 4 } },
      "[0].workers.orders.replicas: must be left out with scaling, whose min takes its place",
    ],
    [
      "versions",
      { versioning: {}, scaling: { max: 4 } },
      "[0].workers.orders.scaling: cannot go with versioning yet: every version would need an autoscaler of its own; leave one of them out, and set replicas",
    ],
    [
      "tasks that never wait",
      { taskQueues: { orders: ["nexus"] }, scaling: { max: 4 } },
      "[0].workers.orders.scaling: needs a task queue for workflow or activity: Nexus tasks leave no backlog to scale by; set replicas",
    ],
    [
      "a memory that Kubernetes has not",
      { scaling: { max: 4, scaleDownAfter: "2h" } },
      "[0].workers.orders.scaling.scaleDownAfter: must be at most 1h",
    ],
  ])("is refused with %s", (_what, worker, fault) => {
    expect(onKubernetes(worker)).toBe(fault);
  });

  it("is refused on Docker", () => {
    expect(verdictOnDocker({}, workersWith({ scaling: { max: 4 } }))).toBe(
      "[0].workers.orders.scaling: needs a kubernetes target: a Docker engine has no autoscaler; set replicas",
    );
  });

  it("is nothing of somebody else's worker", () => {
    const { namespace, taskQueues } = orders;
    const legacy = { kind: "external", namespace, taskQueues, scaling: { max: 4 } };
    expect(verdictOnKubernetes({ ...{ workers: { legacy } } })).toBe(
      "[0].workers.legacy: unknown key scaling; see docs/config-reference.md for the keys there are",
    );
  });
});
