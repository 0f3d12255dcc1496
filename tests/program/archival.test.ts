import { describe, expect, it } from "vitest";
import { startupSteps } from "../../components/startup.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { everythingBefore, type Recording, runProgram } from "../../testkit/harness.ts";
import { podsOf, violations } from "../../testkit/pods.ts";
import { callers } from "./kubernetes/callers.ts";

const namespaces = {
  orders: { archival: { history: "enabled", visibility: "enabled" } },
  others: {},
};
const managed = { archival: { kind: "managed" }, namespaces };
const external = (credentials: object): object => ({
  archival: { kind: "external", bucket: "closed", region: "eu-central-1", credentials },
  namespaces,
});
const keys = {
  TEMPORAL_ARCHIVE_ACCESS_KEY_ID: "app",
  TEMPORAL_ARCHIVE_SECRET_ACCESS_KEY: "hidden-by-a-test",
};

const onDocker = (more: object, environment: Readonly<Record<string, string>> = {}) =>
  runProgram({
    ...{ stack: "dev", environment },
    config: { clusters: [{ name: "dev", target: { kind: "docker" }, ...more }] },
  });
const onKubernetes = (more: object, environment: Readonly<Record<string, string>> = {}) =>
  runProgram({
    ...{ stack: "prod", environment },
    config: { clusters: [{ name: "c", target: { kind: "kubernetes", context: "x" }, ...more }] },
  });
const names = (program: Recording): readonly string[] => program.resources.map(({ name }) => name);

describe("an object store of the platform's own", () => {
  it("is there with its bucket before the roles, and until they have ended", async () => {
    const program = await onDocker(managed);
    const before = (name: string) =>
      everythingBefore(program, program.named(`temporal-dev-${name}`));
    for (const role of ["history", "frontend", "matching", "worker"]) {
      expect(before(`${role}-0`)).toContain("temporal-dev-archive-bucket");
    }
    expect(before("archive-bucket")).toContain("temporal-dev-archive-0-ready");
    expect(before("workloads")).toContain("temporal-dev-archive-0-ready");
  });

  it("starts in the order that `info` tells", () => {
    const steps = startupSteps(clusterWith(managed));
    const after = (name: string) => steps.find((step) => step.name === name)?.after;
    expect(after("archive")).toEqual([]);
    expect(after("archive-bucket")).toEqual(["archive"]);
    expect(after("cluster-metadata")).toContain("archive-bucket");
  });

  it("has a password that is generated, and that no file and no plain input has", async () => {
    const program = await onDocker(managed);
    const container = program.named("temporal-dev-history-0");
    expect(container.secretPaths.join(" ")).toContain("envs");
    expect(container.inputs["envs"]).toEqual(
      expect.arrayContaining([expect.stringMatching(/^AWS_SECRET_ACCESS_KEY=.+/)]),
    );
    const others = JSON.stringify(program.named("temporal-dev-matching-0").inputs);
    expect(others).not.toContain("AWS_SECRET_ACCESS_KEY");
  });

  it("keeps its volume while the cluster is stopped", async () => {
    const program = await onDocker(managed, { TEMPORAL_LIFECYCLE: "stopped" });
    expect(names(program)).toContain("temporal-dev-archive-data");
    expect(names(program)).not.toContain("temporal-dev-archive-0");
    expect(names(program)).not.toContain("temporal-dev-archive-bucket");
  });

  it("is remembered with what becomes of its volume, so that a preview refuses to delete it", async () => {
    const remembered = (program: Recording) => program.named("clusters").inputs["clusters"];
    expect(remembered(await onDocker(managed))).toMatchObject({
      dev: { archive: { kind: "managed", onDestroy: "delete" } },
    });
    expect(remembered(await onKubernetes(managed))).toMatchObject({
      c: { archive: { kind: "managed", onDestroy: "protect" } },
    });
    expect(remembered(await onDocker({}))).not.toHaveProperty("dev.archive");
  });

  it.each([
    ["delete", {}],
    ["keep", { retainOnDelete: true }],
    ["protect", { protect: true }],
  ])("has a volume that the user wants to %s, on both targets", async (onDestroy, options) => {
    const docker = (await onDocker({ ...managed, onDestroy })).named("temporal-dev-archive-data");
    const kubernetes = (await onKubernetes({ ...managed, onDestroy })).named(
      "temporal-c-archive-data-archive-0",
    );
    for (const { options: made } of [docker, kubernetes]) {
      const { protect, retainOnDelete } = made;
      expect(JSON.parse(JSON.stringify({ protect, retainOnDelete }))).toEqual(options);
    }
  });

  it("may be called by those who use it, and its pods pass the restricted standard", async () => {
    const program = await onKubernetes(managed);
    expect(callers(program, "c")).toContain("archive:8333 ← archive-bucket frontend history");
    const pods = podsOf(program).filter(({ component }) => component.startsWith("archive"));
    expect(pods.map(({ component }) => component).sort()).toEqual(["archive", "archive-bucket"]);
    for (const { spec } of pods) expect(violations(spec)).toEqual([]);
  });
});

describe("an object store of somebody else's", () => {
  it("runs nothing here, and its keys come from the environment as secrets", async () => {
    const program = await onDocker(external({ kind: "keys" }), keys);
    expect(names(program)).not.toContain("temporal-dev-archive-0");
    const task = program.named("temporal-dev-archive-bucket");
    expect(JSON.stringify(task.inputs)).toContain("hidden-by-a-test");
    expect(task.secretPaths).not.toEqual([]);
    for (const { inputs, secretPaths } of program.resources) {
      if (JSON.stringify(inputs).includes("hidden-by-a-test")) expect(secretPaths).not.toEqual([]);
    }
  });

  it("may have them in a Kubernetes Secret, which is only named", async () => {
    const credentials = {
      kind: "keys",
      accessKeyId: { name: "s3", key: "id" },
      secretAccessKey: { name: "s3", key: "secret" },
    };
    const program = await onKubernetes(external(credentials));
    const pod = podsOf(program).find(({ component }) => component === "history");
    expect(JSON.stringify(pod?.spec)).toContain('"secretKeyRef":{"key":"secret","name":"s3"}');
  });

  it("with a role has no keys and no task", async () => {
    const program = await onKubernetes(external({ kind: "role" }));
    expect(names(program).filter((name) => name.includes("archive-"))).toEqual([]);
    expect(JSON.stringify(podsOf(program).map(({ spec }) => spec))).not.toContain("AWS_");
  });
});

describe("a namespace", () => {
  const namespace = (program: Recording, name: string) => program.named(`dev/${name}`).inputs;

  it("archives what it says, in words, and another one nothing", async () => {
    const program = await onDocker(managed);
    const [enabled, disabled] = [{ state: "enabled" }, { state: "disabled" }];
    expect(namespace(program, "orders")).toMatchObject({
      ...{ historyArchival: enabled, visibilityArchival: enabled },
    });
    expect(namespace(program, "others")).toMatchObject({
      ...{ historyArchival: disabled, visibilityArchival: disabled },
    });
  });

  it("of a cluster without an object store says nothing of archival", async () => {
    const program = await onDocker({});
    expect(namespace(program, "default")).not.toHaveProperty("historyArchival");
  });
});
