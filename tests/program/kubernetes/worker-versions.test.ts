import { describe, expect, it } from "vitest";
import { type Recorded, type Recording, runProgram } from "../../../testkit/harness.ts";
import { type PodSpec, violations } from "../../../testkit/pods.ts";
import { callers } from "./callers.ts";

const image = "registry.example.com/team/orders:1.4.2";
const declared = { namespace: "default", taskQueues: { orders: ["workflow", "activity"] } };
const orders = { image, ...declared, versioning: {} };
const target = { kind: "kubernetes", context: "x" };

/** Runs a cluster on Kubernetes with workers. */
function run(
  workers: object,
  environment: Readonly<Record<string, string>> = {},
  more: object = {},
): Promise<Recording> {
  const cluster = { name: "c", target: { ...target, ...more }, workers };
  return runProgram({ stack: "prod", config: { clusters: [cluster] }, environment });
}

interface Manifest {
  readonly spec: {
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
  };
}

function deployment(program: Recording): Recorded {
  const found = program.ofType("temporal:worker:Deployment");
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} deployments`);
  return only;
}

function manifestOf(program: Recording): Manifest {
  const { version } = deployment(program).inputs as {
    version: { spec: { manifest: Manifest } };
  };
  return version.spec.manifest;
}

function typesOf(program: Recording): readonly (string | undefined)[] {
  return program.resources
    .filter(({ name }) => name === "temporal-c-orders")
    .map(({ type }) => type.split(":").pop())
    .sort();
}

describe("a worker with versions on Kubernetes", () => {
  it("is started from the pod of a worker, which passes the restricted standard", async () => {
    const scheduling = { nodeSelector: { pool: "workers" } };
    const program = await run({ orders }, {}, { imagePullSecrets: ["registry"], scheduling });
    const { spec, ...rest } = manifestOf(program);
    expect(rest).toEqual({ apiVersion: "apps/v1", kind: "Deployment" });
    const pod = spec.template.spec;
    expect(violations(pod)).toEqual([]);
    expect(pod).toMatchObject({
      ...{ serviceAccountName: "temporal-c", automountServiceAccountToken: false },
      ...{ nodeSelector: { pool: "workers" }, imagePullSecrets: [{ name: "registry" }] },
      securityContext: { runAsUser: 1000, runAsGroup: 1000 },
    });
    expect(spec).toMatchObject({ minReadySeconds: 5, strategy: { type: "RollingUpdate" } });
    // The provider fills them in.
    expect(spec).not.toHaveProperty("selector");
    expect(spec).not.toHaveProperty("replicas");
    const unversioned = await run(
      { orders: { image, ...declared } },
      {},
      {
        imagePullSecrets: ["registry"],
        scheduling,
      },
    );
    const [other] = unversioned
      .ofType("kubernetes:apps/v1:Deployment")
      .filter(({ name }) => name === "temporal-c-orders");
    const template = (other?.inputs["spec"] as Manifest["spec"]).template;
    const withoutEnv = ({ containers: [container], ...more }: PodSpec) => ({
      ...more,
      container: { ...container, env: [] },
    });
    expect(withoutEnv(pod)).toEqual(withoutEnv(template.spec));
    expect(spec.template.metadata).toEqual(template.metadata);
  });

  it("knows which version it is by its own environment, and where Temporal is by that of all", async () => {
    const program = await run({ orders: { ...orders, env: { LEVEL: "info" } } });
    const { inputs } = deployment(program);
    const { buildId } = inputs["version"] as { buildId: string };
    const [container] = manifestOf(program).spec.template.spec.containers;
    expect(container?.env).toEqual([
      { name: "LEVEL", value: "info" },
      { name: "TEMPORAL_TASK_QUEUE", value: "orders" },
      { name: "TEMPORAL_DEPLOYMENT_NAME", value: "orders" },
      { name: "TEMPORAL_WORKER_BUILD_ID", value: buildId },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ]);
    expect(inputs["environment"]).toEqual({
      TEMPORAL_ADDRESS: "frontend:7233",
      TEMPORAL_NAMESPACE: "default",
    });
    expect(inputs["managerIdentity"]).toBe("temporal-platform/prod/c/orders");
  });

  it("has its secrets by reference, in its own environment and in that of all versions", async () => {
    const secrets = {
      API_KEY: { env: "ORDERS_KEY" },
      TOKEN: { name: "orders-secrets", key: "token" },
    };
    const program = await run({ orders: { ...orders, secrets } }, { ORDERS_KEY: "s3cret" });
    const made = { name: "temporal-c-worker.orders.api-key-made", key: "worker.orders.API_KEY" };
    const there = { name: "orders-secrets", key: "token" };
    const { inputs } = deployment(program);
    expect(inputs["runner"]).toMatchObject({ secretVariables: { API_KEY: made, TOKEN: there } });
    const [container] = manifestOf(program).spec.template.spec.containers;
    expect(container?.env).toEqual(
      expect.arrayContaining([
        { name: "API_KEY", valueFrom: { secretKeyRef: made } },
        { name: "TOKEN", valueFrom: { secretKeyRef: there } },
      ]),
    );
    expect(JSON.stringify(inputs)).not.toContain("s3cret");
  });

  it("has one policy, and one budget and one Service where a worker has them, for all versions", async () => {
    expect(typesOf(await run({ orders }))).toEqual(["Deployment", "NetworkPolicy"]);
    const worker = { ...orders, replicas: 2, metrics: { port: 9464 } };
    const program = await run({ orders: worker });
    expect(typesOf(program)).toEqual([
      ...["Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service"],
    ]);
    const { labels } = manifestOf(program).spec.template.metadata;
    const selectors = program.resources
      .filter(({ name, type }) => name === "temporal-c-orders" && type.startsWith("kubernetes:"))
      .map(({ inputs }) => {
        const spec = inputs["spec"] as Readonly<Record<string, { matchLabels?: object }>>;
        const selector = spec["selector"] ?? spec["podSelector"];
        return selector?.matchLabels ?? selector ?? {};
      });
    for (const selector of selectors) expect(labels).toMatchObject(selector);
    expect(deployment(program).dependsOn).toContain("temporal-c-orders");
    expect(callers(program, "c")).toContain("orders:9464 ← namespace monitoring");
  });

  it("is stopped by the group of the workers, old versions too, in its own time", async () => {
    const program = await run({ orders: { ...orders, stopGrace: "5m" } });
    const made = deployment(program);
    const { labels } = made.inputs["runner"] as { labels: object };
    const group = program.named("temporal-c-workers").inputs;
    expect(labels).toMatchObject(group["labels"] as object);
    expect(made.deletedWith).toBe("temporal-c-namespace");
    expect(manifestOf(program).spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(
      300,
    );
  });

  it("is remembered in a stopped stack, which has none of its secrets and nothing else of it", async () => {
    const secrets = { API_KEY: { env: "ORDERS_KEY" }, TOKEN: { name: "s", key: "token" } };
    const worker = { ...orders, secrets, replicas: 2, metrics: {} };
    const program = await run({ orders: worker }, { TEMPORAL_LIFECYCLE: "stopped" });
    expect(typesOf(program)).toEqual(["Deployment"]);
    const { inputs } = deployment(program);
    expect(inputs).toMatchObject({ lifecycle: "stopped", runner: { secretVariables: {} } });
    expect(JSON.stringify(inputs)).not.toContain("API_KEY");
    const running = deployment(await run({ orders: worker }, { ORDERS_KEY: "s3cret" })).inputs;
    const buildIds = [inputs, running].map((one) => one["version"] as { buildId: string });
    expect(buildIds[0]?.buildId).toBe(buildIds[1]?.buildId);
  });

  it("is without versions what it was before", async () => {
    const bills = { image, ...declared };
    const of = (program: Recording): readonly object[] =>
      program.resources
        .filter(({ name }) => name === "temporal-c-bills")
        .map(({ type, inputs }) => ({ type, inputs }));
    expect(of(await run({ bills, orders }))).toEqual(of(await run({ bills })));
  });
});
