import { describe, expect, it } from "vitest";
import { everythingBefore, type Recording, runProgram } from "../../../testkit/harness.ts";
import { callers } from "./callers.ts";

const worker = {
  image: "registry.example.com/team/orders:1.4.2",
  namespace: "default",
  taskQueues: { orders: ["workflow", "activity"], parcels: ["nexus"] },
};
const scaling = { min: 2, max: 9, backlogPerReplica: 20, scaleDownAfter: "10m" };

/** Runs a cluster on Kubernetes with a worker. */
function run(more: object, cluster: object = {}): Promise<Recording> {
  const target = { kind: "kubernetes", context: "x", namespace: "shop" };
  const workers = { orders: { ...worker, ...more } };
  return runProgram({
    stack: "prod",
    config: { clusters: [{ name: "c", target, workers, ...cluster }] },
  });
}

const scaledObject = "kubernetes:keda.sh/v1alpha1:ScaledObject";
const deployment = "kubernetes:apps/v1:Deployment";
const frontendRule = (program: Recording): string | undefined =>
  callers(program, "c").find((line) => /^frontend:72\d3 .*orders/.test(line));

describe("a worker that is scaled by backlog", () => {
  it("has a ScaledObject that asks the frontend for each of its task queues", async () => {
    const roles = { frontend: { ports: { grpc: 7253 } } };
    const [scaler, ...others] = (await run({ scaling }, { server: { roles } })).ofType(
      scaledObject,
    );
    expect(others).toEqual([]);
    const asked = {
      endpoint: "frontend.shop.svc.cluster.local:7253",
      namespace: "default",
      targetQueueSize: "20",
      activationTargetQueueSize: "0",
    };
    expect(scaler?.inputs).toMatchObject({
      kind: "ScaledObject",
      metadata: {
        name: "orders",
        namespace: "shop",
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {
        scaleTargetRef: { kind: "Deployment", name: "orders" },
        minReplicaCount: 2,
        maxReplicaCount: 9,
        advanced: {
          horizontalPodAutoscalerConfig: {
            behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
          },
        },
        triggers: [
          {
            type: "temporal",
            metadata: { ...asked, taskQueue: "orders", queueTypes: "workflow,activity" },
          },
          {
            type: "temporal",
            metadata: { ...asked, taskQueue: "parcels", queueTypes: "nexus" },
          },
        ],
      },
    });
  });

  it("begins with the fewest, and their number is KEDA's from then on", async () => {
    const program = await run({ scaling });
    const [orders] = program.ofType(deployment).filter(({ name }) => name === "temporal-c-orders");
    expect(orders?.inputs["spec"]).toMatchObject({ replicas: 2 });
    expect(orders?.options.ignoreChanges).toEqual(["spec.replicas"]);
    const budgets = program.ofType("kubernetes:policy/v1:PodDisruptionBudget");
    expect(budgets.map(({ name }) => name)).toContain("temporal-c-orders");
  });

  it("is there before KEDA looks for it, and let go of before it ends", async () => {
    const program = await run({ scaling });
    const [scaler] = program.ofType(scaledObject);
    const [orders] = program.ofType(deployment).filter(({ name }) => name === "temporal-c-orders");
    if (scaler === undefined || orders === undefined) throw new Error("they are not there");
    expect(everythingBefore(program, scaler)).toContain(orders.name);
    expect(scaler.options.customTimeouts).toMatchObject({ create: "120s", delete: "120s" });
  });

  it("lets KEDA call the frontend, wherever KEDA is", async () => {
    expect(frontendRule(await run({ scaling }))).toBe(
      "frontend:7233 ← frontend gateway history matching namespace keda namespace shop orders ui worker",
    );
    const target = {
      ...{ kind: "kubernetes", context: "x", namespace: "shop" },
      network: { kedaNamespace: "scalers" },
    };
    expect(frontendRule(await run({ scaling }, { target }))).toContain("namespace scalers");
  });

  it("is one whose user says so: others are left as many as they are, and KEDA out", async () => {
    const program = await run({ replicas: 3 });
    expect(program.ofType(scaledObject)).toEqual([]);
    expect(frontendRule(program)).not.toContain("keda");
    for (const { options } of program.ofType(deployment)) {
      expect(options.ignoreChanges).toBeUndefined();
    }
  });
});
