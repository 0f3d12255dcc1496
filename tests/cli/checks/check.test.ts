import { describe, expect, it } from "vitest";
import { type Check, resultsText, runChecks } from "../../../cli/checks/check.ts";
import { unitChecks } from "../../../cli/checks/unit.ts";
import type { Part } from "../../../cli/observe/part.ts";
import type { StartupStep } from "../../../components/startup.ts";

const passes = (name: string): Check => ({ name, run: () => Promise.resolve() });
const fails = (name: string, why: string): Check => ({
  name,
  run: () => Promise.reject(new Error(why)),
});
const never: Check = { name: "never ends", run: () => new Promise<void>(() => undefined) };

const suite = (timeoutSeconds: number, ...checks: readonly Check[]) =>
  runChecks({
    suite: "smoke",
    cluster: "dev",
    checks,
    order: "one after the other",
    timeoutSeconds,
  });

describe("checks", () => {
  it("tell which passed, and why others failed, in one line", async () => {
    expect(await suite(30, passes("a"), fails("b", "it is down\nat line 3"), passes("c"))).toEqual([
      expect.objectContaining({ check: "a", result: "passed", suite: "smoke", cluster: "dev" }),
      expect.objectContaining({ check: "b", result: "failed", detail: "it is down" }),
      expect.objectContaining({ check: "c", result: "passed" }),
    ]);
  });

  it("fail when their time is over, and so do those that come after", async () => {
    const results = await suite(0.05, passes("a"), never, passes("c"));
    expect(results.map(({ result }) => result)).toEqual(["passed", "failed", "failed"]);
    expect(results.map(({ detail }) => detail).slice(1)).toEqual([
      "the 0.05 s of this test are over",
      "the 0.05 s of this test are over",
    ]);
  });

  it("run at the same time where none needs what another one did", async () => {
    const begun: string[] = [];
    const waits = (name: string, other: string): Check => ({
      name,
      run: async () => {
        begun.push(name);
        await expect.poll(() => begun).toContain(other);
      },
    });
    const checks = [waits("a", "b"), waits("b", "a")];
    const results = await runChecks({
      ...{ suite: "smoke", cluster: "dev", checks, order: "all at once", timeoutSeconds: 30 },
    } as const);
    expect(results.map(({ result }) => result)).toEqual(["passed", "passed"]);
  });

  it("end with how many failed", async () => {
    expect(resultsText(await suite(30, passes("a"), fails("b", "down")))).toMatch(
      /^smoke +dev +failed +\d+\.\d\d s +b: down$[^]*^1 of 2 checks failed\.$/m,
    );
    expect(resultsText(await suite(30, passes("a")))).toMatch(/^All 1 checks passed\.$/m);
  });
});

describe("a part by itself", () => {
  const history: StartupStep = {
    name: "history",
    kind: "workload",
    after: [],
    image: "temporalio/server:1.32.2",
    replicas: 2,
    timeoutSeconds: 180,
  };
  const schema: StartupStep = { ...history, name: "schema", kind: "task", replicas: 1 };
  const part: Part = {
    component: "history",
    name: "temporal-dev-history-0",
    state: "healthy",
    restarts: 0,
    image: "temporalio/server:1.32.2",
  };
  const failures = async (...parts: readonly Part[]): Promise<readonly string[]> => {
    const checks = unitChecks([history, schema], parts);
    const results = await runChecks({
      ...{ suite: "unit", cluster: "dev", checks, order: "all at once", timeoutSeconds: 60 },
    } as const);
    return results.flatMap(({ detail }) => detail ?? []);
  };

  it("passes with its replicas, healthy, of its image, and nobody asks for tasks", async () => {
    expect(await failures(part, part)).toEqual([]);
    expect(await failures(part, { ...part, image: "docker.io/temporalio/server:1.32.2" })).toEqual(
      [],
    );
  });

  it("passes with more replicas, as an autoscaler makes them", async () => {
    expect(await failures(part, part, part)).toEqual([]);
  });

  it.each<[what: string, parts: readonly Part[], why: string]>([
    ["a replica is missing", [part], "1 of 2 run"],
    ["all are missing", [{ ...part, state: "missing" }], "0 of 2 run"],
    ["one is not healthy", [part, { ...part, state: "unhealthy" }], "is unhealthy"],
    ["one was started again", [part, { ...part, restarts: 3 }], "was started again 3 times"],
    [
      "one runs another image",
      [part, { ...part, image: "temporalio/server:1.31.0" }],
      "runs temporalio/server:1.31.0 and not temporalio/server:1.32.2",
    ],
  ])("fails when %s, and says what to do", async (_what, parts, why) => {
    const [failure, ...others] = await failures(...parts);
    expect(failure).toContain(why);
    expect(failure).toMatch(/npm run up|resource-temporal logs/);
    expect(others).toEqual([]);
  });
});
