import { describe, expect, it } from "vitest";
import { runProgram } from "../../testkit/harness.ts";

const docker = { kind: "docker" };
const container = "docker:index/container:Container";
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
      program.named(`temporal-dev-frontend-${String(index)}`),
    );
    expect(second?.dependsOn).toContain("temporal-dev-frontend-0");
    expect(third?.dependsOn).toContain("temporal-dev-frontend-1");
    expect(first?.inputs["ports"]).toHaveLength(1);
    expect(second?.inputs["ports"]).toHaveLength(0);
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
    expect(names(program.ofType("docker:index/network:Network"))).toHaveLength(2);
    expect(names(program.ofType(volume))).toEqual(
      ["east", "west"].flatMap((name) => [
        `temporal-${name}-gateway-audit`,
        `temporal-${name}-postgres-data`,
      ]),
    );
    for (const { name, inputs } of program.ofType(container)) {
      const cluster = name.split("-")[1];
      expect(inputs["networksAdvanced"]).toMatchObject([{ name: `temporal-${String(cluster)}` }]);
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
    expect(names(program.ofType(volume))).toEqual(["temporal-dev-gateway-audit"]);
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
    expect(program.ofType(container)).toHaveLength(0);
    expect(names(program.ofType(volume))).toEqual([
      "temporal-dev-gateway-audit",
      "temporal-dev-postgres-data",
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
        expect(inputs["image"]).toMatch(/^mirror\.example\.com\/team\//);
      }
    }
  });
});
