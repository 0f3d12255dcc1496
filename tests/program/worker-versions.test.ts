import { describe, expect, it } from "vitest";
import { labels } from "../../platform/labels.ts";
import { everythingBefore, type Recording, runProgram } from "../../testkit/harness.ts";

const image = "registry.example.com/team/orders:1.4.2";
const declared = { namespace: "default", taskQueues: { orders: ["workflow", "activity"] } };
const orders = { image, ...declared, versioning: {} };
const type = "temporal:worker:Deployment";
const stopped = { TEMPORAL_LIFECYCLE: "stopped" };

/** Runs a Docker cluster with workers. */
function run(
  workers: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Recording> {
  const cluster = { name: "dev", target: { kind: "docker" }, workers };
  return runProgram({ stack: "dev", config: { clusters: [cluster] }, environment });
}

describe("a worker with versions on Docker", () => {
  it("is one resource, which starts as confined containers what the worker is now", async () => {
    const program = await run({
      orders: { ...orders, args: ["--fast"], env: { LEVEL: "info" }, replicas: 2 },
    });
    const made = program.named("temporal-dev-orders");
    expect(made.type).toBe(type);
    const { version, environment } = made.inputs as {
      version: { buildId: string; spec: object };
      environment: object;
    };
    expect(made.inputs).toMatchObject({
      ...{ name: "temporal-dev-orders", deploymentName: "orders", ...declared, replicas: 2 },
      ...{ managerIdentity: "temporal-platform/dev/dev/orders", lifecycle: "running" },
      ...{ rollout: { kind: "all-at-once" }, onRemove: "refuse", pollersTimeoutSeconds: 300 },
      ...{ scaleDownAfterSeconds: 0, deleteAfterSeconds: 0 },
    });
    expect(version.buildId).toMatch(/^1\.4\.2-[0-9a-f]{10}$/);
    expect(version.spec).toEqual({
      ...{ image, args: ["--fast"], user: "1000:1000", memoryMiB: 512 },
      ...{ tmpfs: ["/tmp"], tmpfsHolds: "programs", stopSignal: "SIGTERM", stopGraceSeconds: 60 },
      environment: {
        ...{ LEVEL: "info", TEMPORAL_TASK_QUEUE: "orders", TEMPORAL_DEPLOYMENT_NAME: "orders" },
        TEMPORAL_WORKER_BUILD_ID: version.buildId,
      },
    });
    expect(environment).toEqual({
      ...{ TEMPORAL_ADDRESS: "frontend:7233", TEMPORAL_NAMESPACE: "default" },
    });
    expect(program.resources.filter(({ name }) => name === "temporal-dev-orders-0")).toEqual([]);
  });

  it("rolls out as the user says", async () => {
    const steps = [{ percent: 10, pause: "5m" }];
    const versioning = {
      ...{ deployment: "shop", buildId: "2026.11", rollout: { kind: "progressive", steps } },
      gate: { workflowType: "Smoke", input: { dry: true }, timeout: "90s" },
      ...{ pollersTimeout: "1m", scaleDownAfter: "1h", deleteAfter: "7d", onRemove: "delete" },
    };
    const { inputs } = (await run({ orders: { ...orders, versioning } })).named(
      "temporal-dev-orders",
    );
    expect(inputs).toMatchObject({
      ...{ deploymentName: "shop", version: { buildId: "2026.11" }, onRemove: "delete" },
      rollout: { kind: "progressive", steps: [{ percent: 10, pauseSeconds: 300 }] },
      gate: {
        ...{ workflowType: "Smoke", taskQueue: "orders", input: { dry: true }, timeoutSeconds: 90 },
      },
      ...{ pollersTimeoutSeconds: 60, scaleDownAfterSeconds: 3600, deleteAfterSeconds: 604_800 },
    });
  });

  it("is asked of the cluster's frontend, after that, its namespace and its image", async () => {
    const program = await run({ orders });
    const made = program.named("temporal-dev-orders");
    expect([...everythingBefore(program, made)]).toEqual(
      expect.arrayContaining([
        ...["temporal-dev-frontend-0-ready", "temporal-dev-orders-image", "dev/default"],
      ]),
    );
    expect(made.options.provider).toMatchObject({ __name: "dev-temporal" });
  });

  it("is found as a part of its cluster, and stops with the other workers, old versions too", async () => {
    const program = await run({ orders });
    const { inputs } = program.named("temporal-dev-orders");
    const runner = inputs["runner"] as { labels: object };
    expect(runner).toMatchObject({ kind: "docker", network: "temporal-dev-network" });
    expect(runner.labels).toMatchObject(labels({ stack: "dev", cluster: "dev" }, "orders"));
    const group = program.named("temporal-dev-workers");
    expect(runner.labels).toMatchObject(group.inputs["labels"] as object);
    expect([...everythingBefore(program, group)]).toContain("temporal-dev-frontend-0");
  });

  it("is no member of the group, which would forget it with its last worker; its records go with the cluster", async () => {
    const made = (await run({ orders })).named("temporal-dev-orders");
    expect(made.deletedWith).toBe("temporal-dev-network");
  });

  it("has its secrets from the environment, which reach all versions, and are secret to Pulumi", async () => {
    const secrets = { API_KEY: { env: "ORDERS_KEY" } };
    const program = await run({ orders: { ...orders, secrets } }, { ORDERS_KEY: "s3cret" });
    const { inputs, secretPaths } = program.named("temporal-dev-orders");
    expect(inputs).toMatchObject({
      environment: { API_KEY: "s3cret" },
      // An older version keeps one that a newer one has no more.
      version: { spec: { environment: { API_KEY: "s3cret" } } },
    });
    expect(secretPaths).toEqual(expect.arrayContaining(["environment", "version"]));
  });

  it("is another version with another environment, and the same with more replicas", async () => {
    const buildId = async (more: object): Promise<unknown> => {
      const { inputs } = (await run({ orders: { ...orders, ...more } })).named(
        "temporal-dev-orders",
      );
      return (inputs["version"] as { buildId: string }).buildId;
    };
    const before = await buildId({});
    expect(await buildId({ replicas: 3 })).toBe(before);
    expect(await buildId({ env: { LEVEL: "debug" } })).not.toBe(before);
  });

  it("that is built is called by what is in its directory, and its images stay for older versions", async () => {
    const program = await run({
      orders: { ...declared, build: "examples/worker", versioning: {} },
    });
    const made = program.named("temporal-dev-orders-image");
    expect(made.options.retainOnDelete).toBe(true);
    const reference = String(made.inputs["reference"]);
    const { version } = program.named("temporal-dev-orders").inputs as {
      version: { buildId: string; spec: object };
    };
    expect(version.spec).toMatchObject({ image: reference });
    expect(version.buildId.startsWith(`${reference.split(":")[1] ?? ""}-`)).toBe(true);
  });
});

describe("a worker with versions in a stopped stack", () => {
  const secrets = { API_KEY: { env: "ORDERS_KEY" } };

  it("is remembered, and nothing else of it is there; none of its secrets is needed", async () => {
    const unversioned = { image, ...declared };
    const program = await run({ orders: { ...orders, secrets }, bills: unversioned }, stopped);
    const made = program.named("temporal-dev-orders");
    expect(made.inputs).toMatchObject({ lifecycle: "stopped" });
    expect(made.deletedWith).toBe("temporal-dev-network");
    expect(made.dependsOn).toEqual([]);
    const names = program.resources.map(({ name }) => name);
    expect(names.filter((name) => /orders|bills|temporal-dev-workers/.test(name))).toEqual([
      "temporal-dev-orders",
    ]);
    expect(JSON.stringify(made.inputs)).not.toContain("API_KEY");
  });

  it("is the same resource and the same version as in one that runs", async () => {
    const workers = { orders: { ...orders, secrets } };
    const [there, running] = [
      await run(workers, stopped),
      await run(workers, { ORDERS_KEY: "s3cret" }),
    ].map((program) => program.named("temporal-dev-orders"));
    expect(there?.urn).toBe(running?.urn);
    const buildIds = [there, running].map(
      (one) => (one?.inputs["version"] as { buildId: string }).buildId,
    );
    expect(buildIds[0]).toBe(buildIds[1]);
  });
});

describe("a worker without versions", () => {
  it("is unchanged beside one with them", async () => {
    const bills = { image, ...declared };
    const [alone, beside] = [await run({ bills }), await run({ bills, orders })].map(
      (program) => program.named("temporal-dev-bills-0").inputs,
    );
    expect(beside).toEqual(alone);
  });
});
