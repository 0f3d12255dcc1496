import { describe, expect, it } from "vitest";
import { startupSteps } from "../../components/startup.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { everythingBefore, type Recording, runProgram } from "../../testkit/harness.ts";
import { podsOf, violations } from "../../testkit/pods.ts";
import { callers } from "./kubernetes/callers.ts";

const managed = (stage: string): object => ({ visibility: { kind: "managed", stage } });
const external = {
  visibility: {
    ...{ kind: "external", url: "http://search.example.com:9200" },
    credentials: { kind: "basic", username: "app" },
  },
};
const environment = { TEMPORAL_VISIBILITY_PASSWORD: "hidden-by-a-test" };

const onDocker = (more: object, given: Readonly<Record<string, string>> = {}) =>
  runProgram({
    ...{ stack: "dev", environment: given },
    config: { clusters: [{ name: "dev", target: { kind: "docker" }, ...more }] },
  });
const onKubernetes = (more: object, given: Readonly<Record<string, string>> = {}) =>
  runProgram({
    ...{ stack: "prod", environment: given },
    config: { clusters: [{ name: "c", target: { kind: "kubernetes", context: "x" }, ...more }] },
  });
const names = (program: Recording): readonly string[] => program.resources.map(({ name }) => name);
const roles = ["history", "frontend", "matching", "worker"];

describe("an index on a node of the platform's own", () => {
  it("is there before the roles, and the node until they have ended", async () => {
    const program = await onDocker(managed("only"));
    const before = (name: string) =>
      everythingBefore(program, program.named(`temporal-dev-${name}`));
    for (const role of roles) {
      expect(before(`${role}-0`)).toContain("temporal-dev-visibility-index");
    }
    expect(before("visibility-index")).toContain("temporal-dev-opensearch-0-ready");
    expect(before("workloads")).toContain("temporal-dev-opensearch-0-ready");
  });

  it.each(["fill", "serve", "only"])("starts in the order that `info` tells: %s", async (stage) => {
    const program = await onDocker(managed(stage));
    const steps = startupSteps(clusterWith(managed(stage)));
    const resource = (name: string): string =>
      steps.some((step) => step.name === name && step.kind === "task") ? name : `${name}-0`;
    const told = (name: string): readonly string[] =>
      steps
        .filter((step) => step.name === name)
        .flatMap(({ after }) => after.flatMap((one) => [one, ...told(one)]));
    for (const { name } of steps) {
      const found = everythingBefore(program, program.named(`temporal-dev-${resource(name)}`));
      const waitsFor = steps.filter((step) => found.has(`temporal-dev-${resource(step.name)}`));
      expect(new Set(waitsFor.map((step) => step.name)), name).toEqual(new Set(told(name)));
    }
  });

  it("has a password that is generated, and that no file and no plain input has", async () => {
    const container = (await onDocker(managed("only"))).named("temporal-dev-history-0");
    expect(container.secretPaths.join(" ")).toContain("envs");
    expect(container.inputs["envs"]).toEqual(
      expect.arrayContaining([expect.stringMatching(/^OPENSEARCH_PASSWORD=.+/)]),
    );
  });

  it("keeps its volume while the cluster is stopped", async () => {
    const program = await onDocker(managed("only"), { TEMPORAL_LIFECYCLE: "stopped" });
    expect(names(program)).toContain("temporal-dev-opensearch-data");
    expect(names(program)).not.toContain("temporal-dev-opensearch-0");
    expect(names(program)).not.toContain("temporal-dev-visibility-index");
  });

  it("may be called by those who use it, and its pods pass the restricted standard", async () => {
    const program = await onKubernetes(managed("serve"));
    expect(callers(program, "c")).toContain(
      "opensearch:9200 ← frontend history matching visibility-catch-up visibility-copy visibility-index worker",
    );
    expect(callers(program, "c").join("\n")).toMatch(/postgres:5432 ← .*visibility-catch-up/);
    const ours = /^(opensearch|visibility-)/;
    const pods = podsOf(program).filter(({ component }) => ours.test(component));
    expect(pods.map(({ component }) => component).sort()).toEqual([
      ...["opensearch", "visibility-catch-up", "visibility-copy", "visibility-index"],
    ]);
    for (const { spec } of pods) expect(violations(spec)).toEqual([]);
  });
});

describe("the move of a cluster's lists", () => {
  const container = async (more: object, name: string): Promise<unknown> =>
    (await onDocker(more)).named(`temporal-dev-${name}`).inputs;

  it("changes no role while the index is filled, and lets none wait for it", async () => {
    const filling = await onDocker(managed("fill"));
    for (const role of roles) {
      const found = filling.named(`temporal-dev-${role}-0`);
      expect(found.inputs).toEqual(await container({}, `${role}-0`));
      expect(everythingBefore(filling, found)).not.toContain("temporal-dev-visibility-copy");
    }
    expect(names(filling)).not.toContain("temporal-dev-visibility-catch-up");
  });

  it("copies before the roles change to the index, and again when all have", async () => {
    const program = await onDocker(managed("serve"));
    const before = (name: string) =>
      everythingBefore(program, program.named(`temporal-dev-${name}`));
    for (const role of roles) {
      expect(before(`${role}-0`)).toContain("temporal-dev-visibility-copy");
      expect(before("visibility-catch-up")).toContain(`temporal-dev-${role}-0-ready`);
    }
    expect(before("visibility-copy")).toContain("temporal-dev-schema");
  });

  it("registers search attributes anew when the index serves, and remembers where lists are", async () => {
    const namespaces = { default: { searchAttributes: { OrderId: "Keyword" } } };
    const stored = async (more: object): Promise<unknown> => {
      const program = await onDocker({ ...more, namespaces });
      return program.named("dev/default/OrderId").inputs["store"];
    };
    const place = "managed/temporal_visibility_v1_platform";
    expect(await stored(managed("serve"))).toMatchObject({ "visibility.index": place });
    expect(await stored(managed("fill"))).toEqual(await stored({}));
    const program = await onDocker(managed("fill"));
    expect(program.named("clusters").inputs["clusters"]).toMatchObject({
      dev: { visibility: { stage: "fill", index: place } },
    });
  });
});

describe("an index on a server of somebody else's", () => {
  it("runs nothing here, and its password comes from the environment as a secret", async () => {
    const program = await onDocker(external, environment);
    expect(names(program)).not.toContain("temporal-dev-opensearch-0");
    for (const { inputs, secretPaths } of program.resources) {
      if (JSON.stringify(inputs).includes("hidden-by-a-test")) expect(secretPaths).not.toEqual([]);
    }
    const task = program.named("temporal-dev-visibility-index");
    expect(JSON.stringify(task.inputs)).toContain("hidden-by-a-test");
  });

  it("may have it in a Kubernetes Secret, which is only named", async () => {
    const password = { name: "search", key: "password" };
    const { visibility } = external;
    const credentials = { ...visibility.credentials, password };
    const program = await onKubernetes({ visibility: { ...visibility, credentials } });
    const pod = podsOf(program).find(({ component }) => component === "history");
    expect(JSON.stringify(pod?.spec)).toContain(
      '"secretKeyRef":{"key":"password","name":"search"}',
    );
  });
});
