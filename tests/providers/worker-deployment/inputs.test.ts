import { describe, expect, it } from "vitest";
import { unknown } from "../../../providers/protocol/values.ts";
import type { Properties } from "../../../providers/protocol/values.ts";
import { workerDeploymentType } from "../../../providers/temporal/worker-deployment/type.ts";
import { callOf } from "../../../testkit/call.ts";

const type = workerDeploymentType(() => Promise.reject(new Error("nobody is asked")), {
  runnerOf: () => {
    throw new Error("nobody is asked");
  },
  say: () => undefined,
});

const inputs = {
  ...{ deploymentName: "orders", namespace: "default", name: "worker-orders" },
  managerIdentity: "dev",
  taskQueues: { orders: ["workflow"] },
  runner: { kind: "docker", network: "temporal-dev" },
  replicas: 1,
  version: { buildId: "v1", spec: { image: "orders:1", memoryMiB: 64, stopGraceSeconds: 10 } },
};

async function faults(more: Properties): Promise<readonly string[]> {
  const checked = await type.check?.({ ...inputs, ...more }, {}, callOf());
  return (checked?.failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);
}

describe("the inputs of a worker deployment", () => {
  it("are enough with these", async () => {
    expect(await faults({})).toEqual([]);
  });

  it.each([
    ["deploymentName", { deploymentName: "a.b" }],
    ["version.buildId", { version: { ...inputs.version, buildId: "__v1" } }],
    [
      "version.spec.image",
      { version: { buildId: "v1", spec: { ...inputs.version.spec, image: 1 } } },
    ],
    ["version.spec.manifest", { runner: { kind: "kubernetes", context: "a", namespace: "b" } }],
    ["replicas", { replicas: undefined }],
    ["taskQueues", { taskQueues: {} }],
    ["taskQueues.orders.0", { taskQueues: { orders: ["query"] } }],
    ["gate.taskQueue", { gate: { workflowType: "A", taskQueue: "other", timeoutSeconds: 1 } }],
    ["rollout.steps", { rollout: { kind: "progressive", steps: [] } }],
    [
      "rollout.steps",
      {
        rollout: {
          kind: "progressive",
          steps: [
            { percent: 50, pauseSeconds: 0 },
            { percent: 50, pauseSeconds: 0 },
          ],
        },
      },
    ],
    [
      "rollout.steps.0.percent",
      { rollout: { kind: "progressive", steps: [{ percent: 100, pauseSeconds: 0 }] } },
    ],
  ])("are judged: %s", async (property, more) => {
    const found = await faults(more);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${property.replaceAll(".", "\\.")}: `));
  });

  it("are not judged before they are known", async () => {
    expect(await faults({ namespace: unknown, deploymentName: "a.b" })).toEqual([]);
    expect(await type.due?.({ inputs, outputs: {} }, { ...inputs, namespace: unknown })).toEqual(
      [],
    );
  });

  it("mean another resource where they name one, and the same one otherwise", () => {
    const { onChange } = type;
    if (typeof onChange !== "function") throw new Error("it tells differences");
    const by = (more: Properties) =>
      onChange({ inputs, outputs: {} }, { ...inputs, ...more }).properties.map(
        (one) => `${one.path} ${one.by}`,
      );
    expect(by({ replicas: 2 })).toEqual(["replicas update"]);
    expect(by({ version: { ...inputs.version, buildId: "v2" } })).toEqual([
      "version.buildId update",
    ]);
    expect(by({ namespace: "other" })).toEqual(["namespace replace"]);
    expect(by({ runner: { kind: "docker", network: "other" } })).toEqual(["runner.network update"]);
    expect(by({ runner: { kind: "docker", network: "temporal-dev", host: "ssh://a" } })).toEqual([
      "runner.host replace",
    ]);
  });
});

describe("a preview", () => {
  it("says that it cannot foresee what nobody tells", async () => {
    const { outputs } = await type.create(inputs, callOf({ preview: true }));
    expect(outputs["plan"]).toEqual([
      "be planned when Temporal, and what runs the worker, can be asked",
    ]);
  });
});
