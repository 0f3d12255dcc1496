import { describe, expect, it } from "vitest";
import { startupSteps } from "../../components/startup.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { everythingBefore, type Recording, runProgram } from "../../testkit/harness.ts";

const managed = { kind: "managed", storage: "5GiB" };

/** Runs a cluster on Docker that is watched so. */
const run = (
  monitoring: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Recording> =>
  runProgram({
    stack: "dev",
    environment,
    config: { clusters: [{ name: "dev", target: { kind: "docker" }, monitoring }] },
  });

describe("a managed Prometheus on Docker", () => {
  it("runs as nobody, on a read-only file system, with a volume, and is published nowhere", async () => {
    const program = await run(managed);
    const { inputs } = program.named("temporal-dev-prometheus-0");
    expect(inputs).toMatchObject({
      ...{ image: "prom/prometheus:v2.53.5", user: "65534:65534", readOnly: true, ports: [] },
      capabilities: { drops: ["ALL"] },
      memory: 512,
      mounts: [{ type: "volume", source: "temporal-dev-prometheus-data", target: "/prometheus" }],
    });
    expect(inputs["entrypoints"]).toEqual(
      expect.arrayContaining(["prometheus", "--storage.tsdb.retention.time=15d"]),
    );
  });

  it("is published at the loopback interface where the config says so", async () => {
    const program = await run({ ...managed, loopbackPort: 9090 });
    expect(program.named("temporal-dev-prometheus-0").inputs["ports"]).toEqual([
      { internal: 9090, external: 9090, ip: "127.0.0.1", protocol: "tcp" },
    ]);
  });

  it("comes after its own tool has judged the same config and rules, and waits for no role", async () => {
    const program = await run(managed);
    const prometheus = program.named("temporal-dev-prometheus-0");
    const check = program.named("temporal-dev-prometheus-check").inputs;
    expect((check["command"] as readonly string[]).slice(-3)).toEqual([
      ...["check", "config", "/etc/monitoring/prometheus.yml"],
    ]);
    const files = (words: unknown): readonly string[] =>
      (words as readonly string[]).filter((word) => /^(global|groups):/.test(word));
    expect(files(check["command"])).toHaveLength(2);
    expect(files(prometheus.inputs["entrypoints"])).toEqual(files(check["command"]));
    const before = everythingBefore(program, prometheus);
    expect(before).toContain("temporal-dev-prometheus-check");
    expect([...before].filter((name) => /-(frontend|history|gateway)-/.test(name))).toEqual([]);
  });

  it("starts when `info` says that it does", async () => {
    const steps = startupSteps(clusterWith({ monitoring: managed }));
    const step = steps.find(({ name }) => name === "prometheus");
    expect(step?.after).toEqual(["prometheus-check", "postgres"]);
    const program = await run(managed);
    const before = everythingBefore(program, program.named("temporal-dev-prometheus-0"));
    const parts = steps.filter(({ name, kind }) =>
      before.has(`temporal-dev-${name}${kind === "task" ? "" : "-0"}`),
    );
    expect(parts.map(({ name }) => name).sort()).toEqual(["postgres", "prometheus-check"]);
  });

  it("stops with the cluster, and its volume stays", async () => {
    const running = (await run(managed)).named("temporal-dev-prometheus-0");
    expect(running.deletedWith).toBe("temporal-dev-workloads");
    const stopped = await run(managed, { TEMPORAL_LIFECYCLE: "stopped" });
    const names = stopped.resources.map(({ name }) => name);
    expect(names).toContain("temporal-dev-prometheus-data");
    expect(names.filter((name) => /prometheus-(0|check)/.test(name))).toEqual([]);
  });

  it("finds the gateways by a name of their own", async () => {
    const program = await run(managed);
    expect(program.named("temporal-dev-gateway-0").inputs["networksAdvanced"]).toEqual([
      { name: expect.anything() as unknown, aliases: ["gateway", "gateway-headless"] },
    ]);
  });
});

it("a cluster that nobody watches has nothing of it", async () => {
  const [silent, left] = [
    await run({ kind: "none" }),
    await runProgram({
      stack: "dev",
      config: { clusters: [{ name: "dev", target: { kind: "docker" } }] },
    }),
  ];
  expect(silent.resources.map(({ name }) => name)).toEqual(left.resources.map(({ name }) => name));
  expect(silent.resources.filter(({ name }) => /prometheus|monitoring/.test(name))).toEqual([]);
});
