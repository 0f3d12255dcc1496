import { describe, expect, it } from "vitest";
import { startupSteps } from "../../components/startup.ts";
import { reservedNames, runWorkers, workerEnvironment } from "../../platform/workers.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const least = { image: "orders:1", namespace: "default", taskQueues: { q: ["workflow"] } };

/** The environment of a worker with something on top. */
function environment(more: object): unknown {
  const cluster = clusterWith({ workers: { orders: { ...least, ...more } } });
  const [[name, worker] = []] = runWorkers(cluster);
  if (name === undefined || worker === undefined) throw new Error("no worker");
  return workerEnvironment(cluster, name, worker);
}

describe("the environment of a worker", () => {
  it("says where Temporal is, by the names that SDKs know", () => {
    expect(environment({})).toEqual({
      TEMPORAL_ADDRESS: "frontend:7233",
      TEMPORAL_NAMESPACE: "default",
      TEMPORAL_TASK_QUEUE: "q",
    });
  });

  it("names no task queue where there are several", () => {
    expect(environment({ taskQueues: { q: ["workflow"], r: ["activity"] } })).not.toHaveProperty(
      "TEMPORAL_TASK_QUEUE",
    );
  });

  it("has what the user says, and secrets by name only", () => {
    expect(environment({ env: { A: "1" }, secrets: { KEY: { env: "B" } } })).toMatchObject({
      A: "1",
      KEY: { secret: "worker.orders.KEY" },
    });
  });
});

describe("names that no worker may have", () => {
  it("are those of all parts of a cluster", () => {
    const parts = startupSteps(clusterWith()).map(({ name }) => name);
    expect(reservedNames).toEqual(expect.arrayContaining(parts));
  });
});
