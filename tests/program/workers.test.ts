import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { everythingBefore, type Recording, runProgram } from "../../testkit/harness.ts";

const image = "registry.example.com/team/orders:1.4.2";
const declared = { namespace: "default", taskQueues: { orders: ["workflow", "activity"] } };
const orders = { image, ...declared };

/** Runs a Docker cluster with workers. */
function run(
  workers: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Recording> {
  const cluster = { name: "dev", target: { kind: "docker" }, workers };
  return runProgram({ stack: "dev", config: { clusters: [cluster] }, environment });
}

describe("a worker on Docker", () => {
  it("is its image as it is: its own entry point, no shell, and no check inside of it", async () => {
    const { inputs } = (await run({ orders })).named("temporal-dev-orders-0");
    expect(inputs).not.toHaveProperty("entrypoints");
    expect(inputs).not.toHaveProperty("command");
    expect(inputs["healthcheck"]).toMatchObject({ tests: ["NONE"] });
    expect(inputs).toMatchObject({
      ...{ image, user: "1000:1000", readOnly: true, restart: "unless-stopped", ports: [] },
      ...{ stopSignal: "SIGTERM", stopTimeout: 60, destroyGraceSeconds: 60 },
      capabilities: { drops: ["ALL"] },
      tmpfs: { "/tmp": "exec,uid=1000,gid=1000,mode=0755" },
    });
    expect(inputs["envs"]).toEqual(
      expect.arrayContaining([
        ...["TEMPORAL_ADDRESS=frontend:7233", "TEMPORAL_NAMESPACE=default"],
        "TEMPORAL_TASK_QUEUE=orders",
      ]),
    );
  });

  it("starts as the user says", async () => {
    const program = await run({
      orders: { ...orders, args: ["--fast"] },
      bills: { ...orders, command: ["node", "bills.js"], args: ["--all"] },
    });
    const [own, given] = ["orders", "bills"].map(
      (name) => program.named(`temporal-dev-${name}-0`).inputs,
    );
    expect(own).not.toHaveProperty("entrypoints");
    expect(own?.["command"]).toEqual(["--fast"]);
    expect(given?.["entrypoints"]).toEqual(["node", "bills.js", "--all"]);
  });

  it("is ready when it has run for some seconds, or when it says so to another image's programs", async () => {
    const program = await run({ orders, bills: { ...orders, health: { port: 8080 } } });
    const [silent, asked] = ["orders", "bills"].map(
      (name) => program.named(`temporal-dev-${name}-0-ready`).inputs,
    );
    expect(silent).toMatchObject({ settleSeconds: 5 });
    expect(silent).not.toHaveProperty("command");
    expect(asked).toMatchObject({ image: "temporalio/server:1.32.2" });
    expect(String(asked?.["command"])).toContain("nc 127.0.0.1 8080");
  });

  it("comes after the frontend, its namespace and its image", async () => {
    const program = await run({ orders });
    const before = everythingBefore(program, program.named("temporal-dev-orders-0"));
    expect([...before]).toEqual(
      expect.arrayContaining([
        ...["temporal-dev-frontend-0-ready", "temporal-dev-orders-image", "dev/default"],
      ]),
    );
  });

  it("stops with the other workers, in its own time and before the frontend does", async () => {
    const program = await run({ orders: { ...orders, stopGrace: "5m", replicas: 2 } });
    const group = program.named("temporal-dev-workers");
    for (const index of [0, 1]) {
      const worker = program.named(`temporal-dev-orders-${index}`);
      expect(worker.deletedWith).toBe(group.name);
      expect(worker.dependsOn).toContain(group.name);
      expect(worker.inputs["stopTimeout"]).toBe(300);
      const labels = worker.inputs["labels"] as { label: string; value: string }[];
      const all = Object.fromEntries(labels.map(({ label, value }) => [label, value]));
      expect(all).toMatchObject(group.inputs["labels"] as object);
    }
    // What it depends on is deleted after it.
    expect([...everythingBefore(program, group)]).toEqual(
      expect.arrayContaining(["temporal-dev-frontend-0", "temporal-dev-workloads"]),
    );
    const cluster = program.named("temporal-dev-workloads").inputs["labels"];
    expect(group.inputs["labels"]).not.toMatchObject(cluster as object);
  });

  it("has its secrets from the environment, and they are secret to Pulumi", async () => {
    const secrets = { API_KEY: { env: "ORDERS_KEY" } };
    const program = await run({ orders: { ...orders, secrets } }, { ORDERS_KEY: "s3cret" });
    const { inputs, secretPaths } = program.named("temporal-dev-orders-0");
    const index = (inputs["envs"] as string[]).indexOf("API_KEY=s3cret");
    expect(index).toBeGreaterThanOrEqual(0);
    expect(secretPaths.some((path) => ["envs", `envs[${index}]`].includes(path))).toBe(true);
  });

  it("is told in the outputs, with what it is to poll", async () => {
    const program = await run({ orders, legacy: { ...declared, kind: "external" } });
    expect(program.outputs["clusters"]).toMatchObject({
      dev: {
        workers: {
          orders: { ...declared, external: false },
          legacy: { ...declared, external: true },
        },
      },
    });
    expect(program.resources.filter(({ name }) => name.includes("legacy"))).toEqual([]);
  });

  it("does not run in a stopped stack, which needs none of its secrets", async () => {
    const worker = { ...orders, secrets: { API_KEY: { env: "ORDERS_KEY" } } };
    const program = await run({ orders: worker }, { TEMPORAL_LIFECYCLE: "stopped" });
    expect(program.resources.filter(({ name }) => name.includes("orders"))).toEqual([]);
  });
});

describe("a worker that is built", () => {
  let directory: string;
  beforeEach(() => {
    const made = mkdtempSync(join(tmpdir(), "worker-"));
    directory = made;
    writeFileSync(join(made, "Dockerfile"), "FROM scratch\nCOPY . /\n");
    writeFileSync(join(made, ".dockerignore"), "build\n");
    return () => {
      rmSync(made, { recursive: true });
    };
  });

  /** The references of its image and of its container's. */
  async function references(): Promise<readonly unknown[]> {
    const program = await run({ orders: { ...declared, build: directory } });
    const made = program.named("temporal-dev-orders-image").inputs;
    expect(made).toMatchObject({ directory });
    return [made["reference"], program.named("temporal-dev-orders-0").inputs["image"]];
  }

  it("is called by what is in its directory", async () => {
    const [first, container] = await references();
    expect(first).toMatch(/^temporal-dev-orders:[0-9a-f]{16}$/);
    expect(container).toBe(first);
    mkdirSync(join(directory, "build"));
    writeFileSync(join(directory, "build", "ignored"), "x");
    expect((await references())[0]).toBe(first);
    writeFileSync(join(directory, "worker.js"), "x");
    expect((await references())[0]).not.toBe(first);
  });
});
