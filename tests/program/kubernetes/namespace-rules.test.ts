import { describe, expect, it } from "vitest";
import { type Recording, runOnKubernetes as run } from "../../../testkit/harness.ts";
import { type Container, podsOf, violations } from "../../../testkit/pods.ts";

/** The containers of a program by what their pods are for. */
const containersOf = (program: Recording): ReadonlyMap<string, readonly Container[]> =>
  new Map(podsOf(program).map(({ component, spec }) => [component, spec.containers]));

describe("a namespace that wants a limit of processor time", () => {
  it("has one on every container, those of tasks included", async () => {
    const all = containersOf(await run({ cpuLimits: "required" }));
    expect([...all.keys()]).toEqual(expect.arrayContaining(["history", "postgres", "schema"]));
    for (const { resources } of [...all.values()].flat()) {
      expect(resources.limits["cpu"]).toBe("1000m");
    }
  });

  it("has the user's where there is one, also on history", async () => {
    const roles = { history: { resources: { cpus: 4 } } };
    const all = containersOf(await run({ cpuLimits: "required" }, { server: { roles } }));
    expect(all.get("history")?.map(({ resources }) => resources.limits["cpu"])).toEqual(["4000m"]);
  });

  it("has one on what CloudNativePG runs", async () => {
    const postgres = { kind: "cloudnative-pg", resources: { cpus: 2, memory: "2GiB" } };
    const program = await run({ cpuLimits: "required" }, { postgres });
    const [database] = program.ofType("kubernetes:postgresql.cnpg.io/v1:Cluster");
    expect(database?.inputs["spec"]).toMatchObject({
      resources: {
        requests: { cpu: "100m", memory: "2048Mi" },
        limits: { cpu: "2000m", memory: "2048Mi" },
      },
    });
  });
});

describe("tasks", () => {
  it("use what the user says", async () => {
    const resources = { memory: "512MiB", cpus: 0.5, cpuRequest: 0.25 };
    const all = containersOf(await run({}, { tasks: { resources } }));
    for (const task of ["config-check", "cluster-metadata", "schema"]) {
      expect(all.get(task)?.map((container) => container.resources)).toEqual([
        { requests: { memory: "512Mi", cpu: "250m" }, limits: { memory: "512Mi", cpu: "500m" } },
      ]);
    }
  });
});

describe("a namespace that gives user ids", () => {
  it("has pods that name none, and are as restricted as ever", async () => {
    for (const { spec } of podsOf(await run({ userIds: "namespace" }))) {
      expect(violations(spec)).toEqual([]);
      expect(JSON.stringify(spec)).not.toMatch(/runAsUser|runAsGroup|fsGroup"|supplementalGroups/);
    }
  });

  it("is remembered with the data, which PostgreSQL takes from its own user id only", async () => {
    const recorded = async (target: object, more: object = {}): Promise<unknown> => {
      const { inputs } = (await run(target, more)).named("clusters");
      const { c } = inputs["clusters"] as Record<string, { data: Record<string, string> }>;
      return c?.data["target.userIds"];
    };
    expect(await recorded({})).toBe("image");
    expect(await recorded({ userIds: "namespace" })).toBe("namespace");
    const postgres = { kind: "external", host: "db", passwordSecret: { name: "s" } };
    expect(await recorded({ userIds: "namespace" }, { postgres })).toBeUndefined();
  });
});
