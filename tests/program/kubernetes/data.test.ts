import { describe, expect, it } from "vitest";
import { type Recording, runProgram } from "../../../testkit/harness.ts";
import { podsOf } from "../../../testkit/pods.ts";

/** Runs a stack of one cluster named `c` on Kubernetes. */
function run(target: object = {}, more: object = {}): Promise<Recording> {
  const cluster = { name: "c", target: { kind: "kubernetes", context: "x", ...target }, ...more };
  return runProgram({ stack: "prod", config: { clusters: [cluster] } });
}

describe("data", () => {
  it.each([
    ["delete", {}],
    ["keep", { retainOnDelete: true }],
    ["protect", { protect: true }],
  ])("that the user wants to %s", async (onDestroy, options) => {
    const program = await run({}, { onDestroy });
    for (const name of ["temporal-c-namespace", "temporal-c-postgres-data-postgres-0"]) {
      const { protect, retainOnDelete } = program.named(name).options;
      expect(JSON.parse(JSON.stringify({ protect, retainOnDelete }))).toEqual(options);
    }
  });

  it("is all that a stopped stack has", async () => {
    const cluster = { name: "c", target: { kind: "kubernetes", context: "x" } };
    const program = await runProgram({
      stack: "prod",
      environment: { TEMPORAL_LIFECYCLE: "stopped" },
      config: { clusters: [cluster] },
    });
    expect(podsOf(program)).toEqual([]);
    expect(program.ofType("temporal:kubernetes:WorkloadGroup")).toEqual([]);
    expect(program.ofType("kubernetes:core/v1:PersistentVolumeClaim")).toHaveLength(2);
    const running = new Set((await run()).resources.map(({ urn }) => urn));
    expect(program.resources.filter(({ urn }) => !running.has(urn))).toEqual([]);
  });

  it("that is kept is taken over by the next up, and nothing else is", async () => {
    const upsert = async (onDestroy: string): Promise<unknown> =>
      (await run({}, { onDestroy })).named("c-kubernetes").inputs["upsertExistingObjects"];
    expect(await upsert("keep")).toBe("true");
    expect(await upsert("delete")).toBe("false");
  });
});

describe("PostgreSQL", () => {
  it("that is external is reached with the user's Secret, and no password passes through the program", async () => {
    const postgres = {
      kind: "external",
      host: "db.example.com",
      tls: "verify-full",
      passwordSecret: { name: "db", key: "pw" },
    };
    const program = await run({}, { postgres });
    const pods = podsOf(program);
    expect(pods.map(({ component }) => component)).not.toContain("postgres");
    const history = pods.find(({ component }) => component === "history");
    expect(JSON.stringify(history?.spec)).toContain(
      JSON.stringify({ secretKeyRef: { key: "pw", name: "db" } }),
    );
    expect(program.resources.map(({ name }) => name)).not.toContain("c-postgres-password");
  });

  it("by CloudNativePG is two charts of exact versions, without a secret in their values", async () => {
    const postgres = {
      kind: "cloudnative-pg",
      instances: 3,
      chartRepository: "https://charts.example.com/cnpg",
    };
    const program = await run({ storageClass: "fast" }, { postgres });
    const releases = program.ofType("kubernetes:helm.sh/v3:Release");
    expect(releases.map(({ inputs }) => [inputs["chart"], inputs["version"]])).toEqual([
      ["cloudnative-pg", "0.29.0"],
      ["cluster", "0.8.1"],
    ]);
    for (const { inputs, secretPaths } of releases) {
      expect(inputs["repositoryOpts"]).toEqual({ repo: "https://charts.example.com/cnpg" });
      expect(JSON.stringify(inputs["values"])).not.toMatch(/generated-|hash-of-/);
      expect(secretPaths).toEqual([]);
    }
    expect(releases[1]?.inputs["values"]).toMatchObject({
      version: { postgresql: "15" },
      cluster: {
        instances: 3,
        storage: { storageClass: "fast" },
        postgresql: { parameters: { max_connections: "512", jit: "off" } },
      },
    });
    const history = podsOf(program).find(({ component }) => component === "history");
    expect(JSON.stringify(history?.spec)).toContain(
      JSON.stringify({ secretKeyRef: { key: "password", name: "postgres-app" } }),
    );
  });

  it("by CloudNativePG is protected where data is", async () => {
    const program = await run({}, { postgres: { kind: "cloudnative-pg" }, onDestroy: "protect" });
    for (const { options } of program.ofType("kubernetes:helm.sh/v3:Release")) {
      expect(options.protect).toBe(true);
    }
  });

  it("by an operator that is there already is one chart", async () => {
    const postgres = { kind: "cloudnative-pg", operator: "existing" };
    const releases = (await run({}, { postgres })).ofType("kubernetes:helm.sh/v3:Release");
    expect(releases.map(({ inputs }) => inputs["chart"])).toEqual(["cluster"]);
  });
});
