import { describe, expect, it } from "vitest";
import { everythingBefore, type Recording, runProgram } from "../../testkit/harness.ts";

const schedule = {
  spec: { cronExpressions: ["0 6 * * *"] },
  action: { workflowType: "report", taskQueue: "reports" },
};
const namespaces = {
  orders: {
    ...{ retention: "90d", description: "Orders", owner: "o@example.com", data: { team: "o" } },
    searchAttributes: { CustomerId: "Keyword", Amount: "Double" },
    schedules: { nightly: schedule },
  },
  billing: { retention: "12h", existing: "adopt", onRemove: "protect" },
};
const nexusEndpoints = {
  payments: { target: { namespace: "billing", taskQueue: "payments" } },
  elsewhere: { target: { url: "https://example.com/nexus" } },
};
const docker = { name: "dev", target: { kind: "docker" }, namespaces, nexusEndpoints };
const kubernetes = {
  ...docker,
  target: { kind: "kubernetes", context: "here", namespace: "apps" },
};

const run = (cluster: object, environment: Readonly<Record<string, string>> = {}) =>
  runProgram({ stack: "objects", config: { clusters: [cluster] }, environment });

const objectsOf = (program: Recording) =>
  program.resources.filter(({ type }) =>
    /^temporal:index:(Namespace|SearchAttribute|Schedule|NexusEndpoint)$/.test(type),
  );

describe("what the config says of Temporal", () => {
  it("is a resource each, with what the config says and nothing else", async () => {
    const program = await run(docker);
    const { store, ...orders } = program.named("dev/orders").inputs;
    expect(orders).toEqual({
      ...{ name: "orders", retentionSeconds: 90 * 86_400, existing: "refuse", onRemove: "keep" },
      ...{ description: "Orders", owner: "o@example.com", data: { team: "o" } },
    });
    expect(store).toMatchObject({ "target.kind": "docker" });
    expect(program.named("dev/billing").inputs).toMatchObject({
      ...{ retentionSeconds: 12 * 3600, existing: "adopt", onRemove: "protect" },
    });
    expect(program.named("dev/orders/CustomerId").inputs).toMatchObject({
      ...{ namespace: "orders", name: "CustomerId", type: "Keyword" },
    });
    expect(program.named("dev/orders/nightly").inputs).toMatchObject({
      ...{ namespace: "orders", scheduleId: "nightly", onRemove: "keep" },
      spec: { cronExpressions: ["0 6 * * *"] },
      action: { workflowType: "report", taskQueue: "reports" },
    });
    expect(program.named("dev/payments").inputs).toMatchObject({
      target: { namespace: "billing", taskQueue: "payments" },
    });
    expect(objectsOf(program)).toHaveLength(7);
  });

  it("is made when the frontend serves, and what it needs is there", async () => {
    const program = await run(docker);
    const before = (name: string) => everythingBefore(program, program.named(name));
    for (const { name } of objectsOf(program)) {
      expect(before(name)).toContain("temporal-dev-frontend-0-ready");
    }
    expect(before("dev/orders/nightly")).toContain("dev/orders/CustomerId");
    expect(before("dev/payments")).toContain("dev/billing");
  });

  it("waits for nothing else that runs", async () => {
    const program = await run(docker);
    const found = everythingBefore(program, program.named("dev/orders"));
    const others = ["history", "matching", "worker", "ui", "gateway"];
    expect(others.filter((name) => found.has(`temporal-dev-${name}-0`))).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["a network", docker, "temporal-dev-network"],
    ["a Kubernetes namespace", kubernetes, "temporal-dev-namespace"],
    [
      "what the stack makes in a namespace of somebody else's",
      { ...kubernetes, target: { ...kubernetes.target, namespacePolicy: "existing" } },
      "temporal-dev-service-account",
    ],
  ])("goes with the cluster without a call when that has %s", async (_what, cluster, place) => {
    const program = await run(cluster);
    expect(objectsOf(program).map(({ deletedWith }) => deletedWith)).toEqual(
      Array.from({ length: 7 }, () => place),
    );
  });

  it("is reached without an exposure: through the engine, or the API server", async () => {
    const onDocker = await run(docker);
    expect(onDocker.named("dev-temporal").inputs).toEqual({
      frontend: { kind: "docker", container: "temporal-dev-frontend-0", port: 7233 },
    });
    const onKubernetes = await run(kubernetes);
    expect(onKubernetes.named("dev-temporal").inputs).toEqual({
      frontend: {
        ...{ kind: "kubernetes", context: "here", namespace: "apps" },
        ...{ service: "frontend", port: 7233 },
      },
    });
  });

  it("is remembered while the cluster is stopped, and waits for nothing", async () => {
    const running = await run(docker);
    const stopped = await run(docker, { TEMPORAL_LIFECYCLE: "stopped" });
    const inputs = (program: Recording) => objectsOf(program).map(({ inputs }) => inputs);
    expect(inputs(stopped)).toEqual(inputs(running));
    expect(stopped.named("dev-temporal").inputs).toEqual({ frontend: { kind: "stopped" } });
    const before = everythingBefore(stopped, stopped.named("dev/orders"));
    expect([...before].filter((name) => name.includes("frontend"))).toEqual([]);
  });

  it("is in the registry with what becomes of it, so that a preview refuses what is protected", async () => {
    const program = await run(docker);
    const { clusters } = program.named("clusters").inputs as {
      readonly clusters: Record<string, { readonly objects: object }>;
    };
    expect(clusters["dev"]?.objects).toEqual({
      "namespaces.orders": "keep",
      "namespaces.orders.schedules.nightly": "keep",
      "namespaces.billing": "protect",
      "nexusEndpoints.payments": "keep",
      "nexusEndpoints.elsewhere": "keep",
    });
  });
});
