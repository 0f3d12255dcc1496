import { beforeAll, describe, expect, it } from "vitest";
import { resolveSettings } from "../../config/load.ts";
import { startupSteps } from "../../components/startup.ts";
import {
  everythingBefore,
  type Recording,
  runProgram,
  shippedConfig,
} from "../../testkit/harness.ts";

let program: Recording;

beforeAll(async () => {
  program = await runProgram({ stack: "dev" });
});

const before = (name: string): ReadonlySet<string> =>
  everythingBefore(program, program.named(`temporal-dev-${name}`));

describe("the order", () => {
  const started = ["config-check", "cluster-metadata"];

  it("begins with the registry, which has agreed before anything else is made", () => {
    expect(program.made[0]).toBe("clusters");
  });

  it.each<[later: string, earlier: string[]]>([
    ["postgres-0", ["postgres-data", "postgres-data-owner"]],
    ["schema", ["postgres-0-ready", "postgres-0"]],
    ["config-check", ["dynamic-config", "dynamic-config-owner"]],
    ["cluster-metadata", ["schema", "config-check"]],
    ["history-0", ["schema", ...started]],
    ["matching-0", ["schema", ...started]],
    ["frontend-0", ["schema", ...started]],
    ["worker-0", ["schema", ...started]],
    ["workloads", ["network", "postgres-0-ready"]],
    ["ui-0", ["frontend-0-ready", "workloads"]],
    ["gateway-0", ["frontend-0-ready", "workloads", "gateway-check"]],
  ])("%s waits for %s", (later, earlier) => {
    expect([...before(later)]).toEqual(
      expect.arrayContaining(earlier.map((name) => `temporal-dev-${name}`)),
    );
  });

  it.each(["schema", "history-0", "matching-0", "frontend-0", "worker-0"])(
    "%s waits for the record of the cluster's identity",
    (name) => {
      expect(before(name)).toContain("clusters");
    },
  );

  it.each<[name: string, others: string[]]>([
    ["history-0", ["matching-0", "frontend-0", "worker-0"]],
    ["matching-0", ["history-0", "frontend-0", "worker-0"]],
    ["frontend-0", ["history-0", "matching-0", "worker-0"]],
    ["worker-0", ["history-0", "matching-0", "frontend-0"]],
    ["ui-0", ["history-0", "matching-0", "worker-0", "gateway-0"]],
    ["gateway-0", ["history-0", "matching-0", "worker-0", "ui-0"]],
  ])("%s waits for none of %s", (name, others) => {
    const found = before(name);
    expect(others.filter((other) => found.has(`temporal-dev-${other}`))).toEqual([]);
  });

  it("is the one that `info` tells, and no part waits for another one that it does not tell", () => {
    const [dev] = resolveSettings(shippedConfig("dev"), {}).clusters;
    const steps = dev === undefined ? [] : startupSteps(dev);
    const resource = (name: string): string =>
      steps.some((step) => step.name === name && step.kind === "task") ? name : `${name}-0`;
    const told = (name: string): readonly string[] =>
      steps
        .filter((step) => step.name === name)
        .flatMap(({ after }) => after.flatMap((one) => [one, ...told(one)]));
    for (const { name } of steps) {
      const found = before(resource(name));
      const waitsFor = steps.filter((step) => found.has(`temporal-dev-${resource(step.name)}`));
      expect(new Set(waitsFor.map((step) => step.name)), name).toEqual(new Set(told(name)));
    }
  });
});
