import { describe, expect, it } from "vitest";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

const image = "registry.example.com/team/orders:1.4.2";
const declared = { namespace: "default", taskQueues: { orders: ["workflow", "activity"] } };
const least = { image, ...declared };
const at = "[0].workers.orders.versioning";

const versioned = (versioning: object, more: object = {}): object => ({
  orders: { ...least, ...more, versioning },
});
const onDocker = (workers: object): string => verdictOnDocker({}, { workers });

describe("a worker's versions", () => {
  it("are none unless they are asked for, and have a default for everything", () => {
    const [without, all] = [{ orders: least }, versioned({})].map(
      (workers) => clusterWith({ workers }).workers["orders"],
    );
    expect(without).not.toHaveProperty("versioning");
    expect(all).toMatchObject({
      versioning: {
        ...{ buildId: "auto", rollout: { kind: "all-at-once" }, onRemove: "refuse" },
        ...{ pollersTimeoutSeconds: 300, scaleDownAfterSeconds: 0, deleteAfterSeconds: 0 },
      },
    });
  });

  it("have times as people write them", () => {
    const versioning = {
      ...{ deployment: "shop", buildId: "2026.11", onRemove: "delete" },
      rollout: {
        kind: "progressive",
        steps: [
          { percent: 0.5, pause: "30s" },
          { percent: 25, pause: "1h" },
        ],
      },
      gate: { workflowType: "Smoke", input: { dry: true }, timeout: "90s" },
      ...{ pollersTimeout: "10m", scaleDownAfter: "1h", deleteAfter: "7d" },
    };
    expect(clusterWith({ workers: versioned(versioning) }).workers["orders"]).toMatchObject({
      versioning: {
        ...{ deployment: "shop", buildId: "2026.11", onRemove: "delete" },
        rollout: {
          kind: "progressive",
          steps: [
            { percent: 0.5, pauseSeconds: 30 },
            { percent: 25, pauseSeconds: 3600 },
          ],
        },
        gate: { workflowType: "Smoke", input: { dry: true }, timeoutSeconds: 90 },
        ...{ pollersTimeoutSeconds: 600, scaleDownAfterSeconds: 3600, deleteAfterSeconds: 604_800 },
      },
    });
  });

  it("run on either target, and of a built image on Docker", () => {
    const workers = versioned({ rollout: { kind: "manual" } });
    expect(onDocker(workers)).toBe("accepted");
    expect(verdictOnKubernetes({ ...{ workers } })).toBe("accepted");
    const built = { ...declared, build: "examples/worker", versioning: {} };
    expect(onDocker({ orders: built })).toBe("accepted");
  });

  it("of several workers are several deployments", () => {
    const namespaces = { default: {}, shop: {} };
    const workers = { ...versioned({}), bills: { ...least, versioning: {} } };
    expect(verdictOnDocker({}, { namespaces, workers })).toBe("accepted");
    const elsewhere = { ...least, namespace: "shop", versioning: { deployment: "orders" } };
    expect(verdictOnDocker({}, { namespaces, workers: { ...workers, bills: elsewhere } })).toBe(
      "accepted",
    );
  });
});

describe("what is wrong with a worker's versions is told with the key and what to do", () => {
  const steps = (...percents: readonly number[]): object => ({
    rollout: {
      kind: "progressive",
      steps: percents.map((percent) => ({ percent, pause: "1m" })),
    },
  });

  it.each<[string, workers: object, fault: string]>([
    [
      "a deployment with a dot",
      versioned({ deployment: "shop.orders" }),
      `${at}.deployment: must be letters, digits, hyphens and underscores, beginning with a letter or digit`,
    ],
    [
      "a deployment of another worker",
      { ...versioned({}), bills: { ...least, versioning: { deployment: "orders" } } },
      `[0].workers.bills.versioning.deployment: the same as ${at}; every worker needs one of its own`,
    ],
    [
      "a build id with a slash",
      versioned({ buildId: "team/1.4.2" }),
      `${at}.buildId: must be letters, digits, dots, hyphens and underscores, with letters or digits at both ends`,
    ],
    [
      "a long build id",
      versioned({ buildId: "1".repeat(64) }),
      `${at}.buildId: must have at most 63 characters`,
    ],
    [
      "a build id by which a version would be called as another worker is",
      { ...versioned({ buildId: "eu" }), "orders-eu": least },
      `${at}.buildId: must be another one: the worker orders-eu has that name already`,
    ],
    [
      "a rollout that there is not",
      versioned({ rollout: { kind: "blue-green" } }),
      `${at}.rollout.kind: must be all-at-once or progressive or manual`,
    ],
    [
      "no step",
      versioned(steps()),
      `${at}.rollout.steps: must have a step, such as {percent: 10, pause: 5m}`,
    ],
    [
      "percentages that do not rise",
      versioned(steps(10, 10)),
      `${at}.rollout.steps: percentages must rise from step to step`,
    ],
    [
      "everything in a step",
      versioned(steps(10, 100)),
      `${at}.rollout.steps[1].percent: must be less than 100: after the last step it has all`,
    ],
    [
      "nothing in a step",
      versioned(steps(0)),
      `${at}.rollout.steps[0].percent: must be more than 0`,
    ],
    [
      "steps of a rollout without any",
      versioned({ rollout: { kind: "all-at-once", steps: [] } }),
      `${at}.rollout: unknown key steps; see docs/config-reference.md for the keys there are`,
    ],
    [
      "a gate without a workflow",
      versioned({ gate: {} }),
      `${at}.gate.workflowType: is missing; it must be a string`,
    ],
    [
      "a gate on a task queue of activities",
      versioned(
        { gate: { workflowType: "Smoke", taskQueue: "heavy" } },
        { taskQueues: { orders: ["workflow"], heavy: ["activity"] } },
      ),
      `${at}.gate.taskQueue: must be one that taskQueues has with workflow: orders`,
    ],
    [
      "a gate that could be on several task queues",
      versioned(
        { gate: { workflowType: "Smoke" } },
        { taskQueues: { orders: ["workflow"], bills: ["workflow"] } },
      ),
      `${at}.gate.taskQueue: is missing; it must be one of orders, bills`,
    ],
    [
      "a gate of a worker without workflows",
      versioned({ gate: { workflowType: "Smoke" } }, { taskQueues: { heavy: ["activity"] } }),
      `${at}.gate: needs a task queue with workflow in taskQueues`,
    ],
    [
      "no time for a gate",
      versioned({ gate: { workflowType: "Smoke", timeout: "0s" } }),
      `${at}.gate.timeout: must be longer than 0s`,
    ],
    [
      "versions of somebody else's worker",
      { orders: { ...declared, kind: "external", versioning: {} } },
      "[0].workers.orders: unknown key versioning; see docs/config-reference.md for the keys there are",
    ],
    [
      "the variables by which a version knows itself",
      versioned({}, { env: { TEMPORAL_WORKER_BUILD_ID: "1" } }),
      "[0].workers.orders.env.TEMPORAL_WORKER_BUILD_ID: must be left out: the platform sets it by the worker's other keys",
    ],
  ])("%s", (_what, workers, fault) => {
    expect(onDocker(workers)).toBe(fault);
  });
});
