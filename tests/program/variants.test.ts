import { describe, expect, it } from "vitest";
import { runProgram } from "../../testkit/harness.ts";

const docker = { kind: "docker" };
const container = "docker:index/container:Container";
const network = "temporal:docker:Network";
const volume = "docker:index/volume:Volume";
const names = (resources: readonly { name: string }[]): string[] =>
  resources.map(({ name }) => name).sort();

describe("replicas on Docker", () => {
  it("start one after the other, and only the first publishes", async () => {
    const program = await runProgram({
      stack: "dev",
      config: {
        clusters: [
          { name: "dev", target: docker, server: { roles: { frontend: { replicas: 3 } } } },
        ],
      },
    });
    const [first, second, third] = [0, 1, 2].map((index) =>
      program.named(`temporal-dev-frontend-${index}`),
    );
    expect(second?.dependsOn).toContain("temporal-dev-frontend-0-ready");
    expect(third?.dependsOn).toContain("temporal-dev-frontend-1-ready");
    expect(first?.inputs["ports"]).toHaveLength(1);
    expect(second?.inputs["ports"]).toHaveLength(0);
  });

  it("of history wait for each other until they serve, and the deployment for the last until it takes connections", async () => {
    const program = await runProgram({
      stack: "dev",
      config: {
        clusters: [
          { name: "dev", target: docker, server: { roles: { history: { replicas: 2 } } } },
        ],
      },
    });
    const [first, last] = [0, 1].map((index) => {
      const { inputs } = program.named(`temporal-dev-history-${index}-ready`);
      return (inputs["command"] as string[]).at(-1);
    });
    expect(first).toContain("nc 127.0.0.1 7234 | od");
    expect(last).toContain("nc 127.0.0.1 7234 </dev/null");
  });
});

describe("an engine elsewhere", () => {
  it("has everything that is made on engines", async () => {
    const host = "ssh://me@there";
    const program = await runProgram({
      stack: "dev",
      config: { clusters: [{ name: "dev", target: { ...docker, host } }] },
    });
    const ours = program.resources.filter(({ type }) => type.startsWith("temporal:docker:"));
    expect(new Set(ours.map(({ type }) => type)).size).toBe(4);
    for (const { inputs } of ours) expect(inputs["host"]).toBe(host);
    for (const { inputs } of program.ofType("pulumi:providers:docker")) {
      expect(inputs["host"]).toBe(host);
    }
  });
});

describe("two clusters on one engine", () => {
  it("share nothing but the registry", async () => {
    const program = await runProgram({
      stack: "dev",
      config: {
        clusters: [
          { name: "east", target: docker },
          { name: "west", target: docker },
        ],
      },
    });
    expect(names(program.ofType(network))).toEqual([
      "temporal-east-network",
      "temporal-west-network",
    ]);
    expect(names(program.ofType(volume))).toEqual(
      ["east", "west"].flatMap((name) => [
        `temporal-${name}-dynamic-config`,
        `temporal-${name}-postgres-data`,
      ]),
    );
    for (const { name, inputs, deletedWith } of program.ofType(container)) {
      const cluster = name.split("-")[1];
      expect(inputs["networksAdvanced"]).toMatchObject([
        { name: `temporal-${String(cluster)}-network` },
      ]);
      if (!name.includes("postgres")) {
        expect(deletedWith).toBe(`temporal-${String(cluster)}-workloads`);
      }
    }
    expect(program.outputs["clusters"]).toMatchObject({
      east: { gatewayAddress: "127.0.0.1:7233" },
      west: { gatewayAddress: "127.0.0.1:7243" },
    });
  });
});

describe("an external PostgreSQL", () => {
  it("takes the place of the container and its volume", async () => {
    const program = await runProgram({
      stack: "dev",
      environment: { TEMPORAL_DB_PASSWORD: "given by the user" },
      config: {
        clusters: [
          { name: "dev", target: docker, postgres: { kind: "external", host: "db.example.com" } },
        ],
      },
    });
    expect(names(program.ofType(container))).not.toContain("temporal-dev-postgres-0");
    expect(names(program.ofType(volume))).not.toContain("temporal-dev-postgres-data");
    expect(program.named("temporal-dev-schema").inputs["environment"]).toMatchObject({
      SQL_HOST: "db.example.com",
      SQL_PASSWORD: "given by the user",
    });
    expect(program.named("temporal-dev-schema").secretPaths).toContain("environment");
  });
});

describe("a stopped stack", () => {
  it("keeps data, passwords and identities, and nothing that runs", async () => {
    const program = await runProgram({
      stack: "dev",
      environment: { TEMPORAL_LIFECYCLE: "stopped" },
    });
    for (const type of [container, "temporal:docker:Readiness", "temporal:docker:WorkloadGroup"]) {
      expect(program.ofType(type)).toEqual([]);
    }
    expect(names(program.ofType(network))).toEqual(["temporal-dev-network"]);
    // The volume of the dynamic config holds nothing, and takes two seconds to remove.
    expect(names(program.ofType(volume))).toEqual([
      ...["temporal-dev-dynamic-config", "temporal-dev-postgres-data"],
    ]);
    expect(program.ofType("random:index/randomPassword:RandomPassword")).toHaveLength(2);
    expect(program.ofType("temporal:cluster:Registry")).toHaveLength(1);
    const running = await runProgram({ stack: "dev" });
    const kept = new Set(running.resources.map(({ urn }) => urn));
    expect(program.resources.filter(({ urn }) => !kept.has(urn))).toEqual([]);
  });
});

describe("a registry mirror", () => {
  it("stands before every image", async () => {
    const program = await runProgram({
      stack: "dev",
      config: {
        common: { images: { registry: "mirror.example.com/team" } },
        clusters: [{ name: "dev", target: docker }],
      },
    });
    for (const type of [container, "temporal:docker:Task"]) {
      for (const { inputs } of program.ofType(type)) {
        expect(inputs["image"]).toMatch(/^mirror\.example\.com\/team\/(temporalio|library)\//);
      }
    }
  });

  it("does not stand before an image that is somebody's own", async () => {
    const server = `registry.example.com/team/server:1.32.2@sha256:${"0".repeat(64)}`;
    const program = await runProgram({
      stack: "dev",
      config: {
        common: { images: { registry: "mirror.example.com/team", server } },
        clusters: [{ name: "dev", target: docker }],
      },
    });
    for (const name of ["temporal-dev-history-0", "temporal-dev-config-check"]) {
      expect(program.named(name).inputs["image"]).toBe(server);
    }
    expect(program.named("temporal-dev-postgres-0").inputs["image"]).toBe(
      "mirror.example.com/team/library/postgres:15.20-bookworm",
    );
  });
});
