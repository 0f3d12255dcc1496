import { describe, expect, it } from "vitest";
import { runOnKubernetes as run, runProgram } from "../../../testkit/harness.ts";
import { podsOf } from "../../../testkit/pods.ts";

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
    const gateway = { auditLog: { kind: "file", keep: "1d", callsPerSecond: 1 } };
    const cluster = { name: "c", target: { kind: "kubernetes", context: "x" }, gateway };
    const program = await runProgram({
      stack: "prod",
      environment: { TEMPORAL_LIFECYCLE: "stopped" },
      config: { clusters: [cluster] },
    });
    expect(podsOf(program)).toEqual([]);
    expect(program.ofType("temporal:kubernetes:WorkloadGroup")).toEqual([]);
    const claims = program.ofType("kubernetes:core/v1:PersistentVolumeClaim");
    expect(claims.map(({ name }) => name).sort()).toEqual(
      ["gateway-audit-gateway-0", "gateway-audit-gateway-1", "postgres-data-postgres-0"].map(
        (name) => `temporal-c-${name}`,
      ),
    );
    const running = new Set((await run({}, { gateway })).resources.map(({ urn }) => urn));
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
});
