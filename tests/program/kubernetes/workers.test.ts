import { describe, expect, it } from "vitest";
import { type Recorded, type Recording, runProgram } from "../../../testkit/harness.ts";
import { podsOf, violations } from "../../../testkit/pods.ts";
import { callers } from "./callers.ts";

const image = "registry.example.com/team/orders:1.4.2";
const orders = { image, namespace: "default", taskQueues: { orders: ["workflow", "activity"] } };

/** Runs a cluster on Kubernetes with workers. */
function run(
  workers: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Recording> {
  const cluster = { name: "c", target: { kind: "kubernetes", context: "x" }, workers };
  return runProgram({ stack: "prod", config: { clusters: [cluster] }, environment });
}

const deployment = "kubernetes:apps/v1:Deployment";
const specOf = (program: Recording, name: string): Readonly<Record<string, unknown>> => {
  const found = program.ofType(deployment).find((one) => one.name === `temporal-c-${name}`);
  return found?.inputs["spec"] as Readonly<Record<string, unknown>>;
};
const podOf = (program: Recording, name: string) => {
  const pod = podsOf(program).find(({ component }) => component === name);
  const [container] = pod?.spec.containers ?? [];
  if (pod === undefined || container === undefined) throw new Error(`no pod of ${name}`);
  return { spec: pod.spec, container };
};
const named = (program: Recording, name: string): readonly Recorded[] =>
  program.resources.filter((one) => one.name === `temporal-c-${name}`);

describe("a worker on Kubernetes", () => {
  it("is a Deployment of its image as it is, without probes, that passes the restricted standard", async () => {
    const program = await run({ orders });
    const { spec, container } = podOf(program, "orders");
    expect(violations(spec)).toEqual([]);
    expect(container).toMatchObject({ image, imagePullPolicy: "IfNotPresent" });
    for (const key of ["command", "args", "startupProbe", "readinessProbe", "livenessProbe"]) {
      expect(container).not.toHaveProperty(key);
    }
    expect(spec.securityContext).toMatchObject({ runAsUser: 1000, runAsGroup: 1000 });
    expect(specOf(program, "orders")).toMatchObject({ replicas: 1, minReadySeconds: 5 });
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(60);
    expect(container).not.toHaveProperty("lifecycle");
  });

  it("has no Service where it has no port", async () => {
    const types = named(await run({ orders }), "orders").map(({ type }) => type.split(":").pop());
    expect(types.sort()).toEqual(["Deployment", "NetworkPolicy"]);
  });

  it("is asked by the kubelet where it has a health", async () => {
    const program = await run({ orders: { ...orders, health: { port: 8080, path: "/ready" } } });
    const { container } = podOf(program, "orders");
    expect(container.readinessProbe).toMatchObject({ httpGet: { port: 8080, path: "/ready" } });
    expect(container.livenessProbe).toMatchObject({ tcpSocket: { port: 8080 } });
    expect(specOf(program, "orders")).not.toHaveProperty("minReadySeconds");
  });

  it("has one port where health and metrics are the same", async () => {
    const worker = { ...orders, health: { port: 9090 }, metrics: {} };
    const program = await run({ orders: worker });
    expect(podOf(program, "orders").container["ports"]).toEqual([
      { name: "metrics", containerPort: 9090 },
    ]);
  });

  it("may call the frontend, and nobody may call it but what reads metrics", async () => {
    const without = callers(await run({}), "c");
    const rules = callers(await run({ orders: { ...orders, metrics: { port: 9464 } } }), "c");
    const added = rules.filter((rule) => !without.includes(rule));
    expect(added).toEqual([
      "frontend:7233 ← frontend gateway history matching namespace temporal orders ui worker",
      "orders:9464 ← namespace monitoring",
    ]);
  });

  it("stops with the other workers in its own time, before the cluster, which has little", async () => {
    const program = await run({ orders });
    const [worker] = named(program, "orders").filter(({ type }) => type === deployment);
    expect(worker?.deletedWith).toBe("temporal-c-workers");
    const group = program.named("temporal-c-workers");
    expect(group.inputs).not.toHaveProperty("stopGraceSeconds");
    expect(group.dependsOn).toContain("temporal-c-frontend");
    expect(worker?.inputs["metadata"]).toMatchObject({
      labels: { "temporal-platform/stopped": "workers" },
    });
    expect(program.named("temporal-c-workloads").inputs).toMatchObject({ stopGraceSeconds: 3 });
  });

  it("has its secrets in a Secret of its own, or in one that is there", async () => {
    const secrets = {
      API_KEY: { env: "ORDERS_KEY" },
      TOKEN: { name: "orders-secrets", key: "token" },
    };
    const program = await run({ orders: { ...orders, secrets } }, { ORDERS_KEY: "s3cret" });
    const made = program.named("temporal-c-worker.orders.api-key");
    expect(made.inputs["stringData"]).toEqual({ "worker.orders.API_KEY": "s3cret" });
    expect(made.secretPaths.join()).toContain("stringData");
    const { container } = podOf(program, "orders");
    const refs = container.env?.filter(({ name }) => name in secrets);
    expect(refs).toEqual([
      {
        name: "API_KEY",
        valueFrom: {
          secretKeyRef: {
            name: "temporal-c-worker.orders.api-key-made",
            key: "worker.orders.API_KEY",
          },
        },
      },
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "orders-secrets", key: "token" } } },
    ]);
    expect(JSON.stringify(container)).not.toContain("s3cret");
  });
});
