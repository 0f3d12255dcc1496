import { describe, expect, it, vi } from "vitest";
import type { Present } from "../../../cli/drift/docker.ts";
import { type DriftSources, hasDrifted } from "../../../cli/drift/index.ts";
import type { Lister } from "../../../cli/drift/kubernetes.ts";
import { type StackState, stackStateOf } from "../../../cli/pulumi/export.ts";

const docker = { urn: "urn:docker", id: "1", type: "pulumi:providers:docker" };
const container = {
  type: "docker:index/container:Container",
  id: "c0ffee",
  provider: "urn:docker::1",
};
const volume = { type: "docker:index/volume:Volume", id: "data", provider: "urn:docker::1" };
const network = { type: "temporal:docker:Network", id: "beef", provider: "urn:temporal::1" };
const others = [
  { type: "pulumi:pulumi:Stack" },
  { urn: "urn:temporal", id: "1", type: "pulumi:providers:temporal" },
  { type: "temporal:index:Platform" },
  { type: "temporal:docker:Task", id: "temporal-dev-schema" },
  { type: "temporal:docker:Readiness", id: "temporal-dev-history-0" },
  { type: "temporal:docker:WorkloadGroup", id: "temporal-dev-workloads" },
  { type: "temporal:cluster:Registry", id: "clusters" },
  { type: "random:index/randomPassword:RandomPassword", id: "none" },
];
const all = [docker, container, volume, network, ...others];

function stateOf(resources: readonly object[]): StackState {
  return stackStateOf(JSON.stringify({ deployment: { resources } }));
}

type Engine = DriftSources["presentOn"];

/** Whether a deployment refreshes the state where an engine has this, and no cluster is asked. */
function drifted(state: StackState, presentOn: Engine): Promise<boolean> {
  return hasDrifted(state, {
    presentOn,
    listerOf: () => Promise.reject(new Error("no cluster is asked")),
  });
}

/** An engine that has these. */
const having = (...ids: string[]) =>
  vi.fn(() => Promise.resolve<Present | undefined>(new Set(ids)));

describe("a deployment refreshes the state first", () => {
  it("not when everything is still there, whatever else is", async () => {
    const engine = having("c0ffee", "data", "beef", "of somebody else");
    expect(await drifted(stateOf(all), engine)).toBe(false);
  });

  it.each([
    ["a container that was stopped or removed", ["data", "beef"]],
    ["a volume that was removed", ["c0ffee", "beef"]],
    ["a network that was removed", ["c0ffee", "data"]],
  ])("because of %s", async (_what, present) => {
    expect(await drifted(stateOf(all), having(...present))).toBe(true);
  });

  it.each([
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    "docker:index/network:Network",
    "docker:index/remoteImage:RemoteImage",
    "aws:ec2/vpc:Vpc",
  ])("because nobody but its provider knows about a %s", async (type) => {
    const engine = having("c0ffee", "data", "beef", "x");
    expect(await drifted(stateOf([...all, { type, id: "x" }]), engine)).toBe(true);
  });

  it("because a deployment that was killed has begun something", async () => {
    const pending = [{ type: "deleting", resource: container }];
    const state = {
      ...stateOf(all),
      pending: stackStateOf(JSON.stringify({ deployment: { pending_operations: pending } }))
        .pending,
    };
    expect(await drifted(state, having("c0ffee", "data", "beef"))).toBe(true);
  });

  it("because the engine does not answer", async () => {
    expect(await drifted(stateOf(all), () => Promise.resolve(undefined))).toBe(true);
  });

  it("not before the first, which asks no engine", async () => {
    const engine = having();
    expect(await drifted(stateOf([]), engine)).toBe(false);
    expect(await drifted(stateOf(others), engine)).toBe(false);
    expect(engine).not.toHaveBeenCalled();
  });
});

describe("what is there is asked", () => {
  /** The engines that were asked. */
  async function asked(...resources: object[]): Promise<unknown[]> {
    const engine = having("c0ffee", "data", "beef");
    expect(await drifted(stateOf(resources), engine)).toBe(false);
    return engine.mock.calls.flat();
  }

  it("of the user's own engine when nothing is said", async () => {
    expect(await asked(...all)).toEqual([undefined]);
  });

  it("of the engine of the Docker provider, and of the one that our own resources name", async () => {
    const inputs = { host: "ssh://box" };
    const there = { ...docker, inputs };
    expect(await asked(there, container, volume)).toEqual(["ssh://box"]);
    expect(await asked({ ...network, inputs })).toEqual(["ssh://box"]);
    expect(await asked(there, container, volume, { ...network, inputs })).toEqual(["ssh://box"]);
  });

  it("of each engine for what it has", async () => {
    const east = { ...docker, urn: "urn:east", inputs: { host: "ssh://east" } };
    const west = { ...docker, urn: "urn:west", inputs: { host: "ssh://west" } };
    const state = stateOf([
      ...[east, west],
      { ...container, id: "a", provider: "urn:east::1" },
      { ...container, id: "b", provider: "urn:west::1" },
    ]);
    const has: Readonly<Record<string, string[]>> = { "ssh://east": ["a"], "ssh://west": ["b"] };
    const right = (host?: string): Promise<Present> => Promise.resolve(new Set(has[host ?? ""]));
    expect(await drifted(state, right)).toBe(false);
    const wrong = (): Promise<Present> => Promise.resolve(new Set(["a"]));
    expect(await drifted(state, wrong)).toBe(true);
  });
});

describe("a deployment refreshes the state of a Kubernetes cluster first", () => {
  const provider = {
    ...{ urn: "urn:kubernetes", id: "1", type: "pulumi:providers:kubernetes" },
    inputs: { context: "prod", kubeconfig: "/there" },
  };
  const labels = { "temporal-platform/stack": "prod" };
  const object = (apiVersion: string, kind: string, metadata: object) => ({
    ...{ apiVersion, kind },
    metadata: { namespace: "temporal", labels, ...metadata },
  });
  const history = object("apps/v1", "Deployment", {
    uid: "a",
    generation: 2,
    resourceVersion: "7",
  });
  const files = object("v1", "ConfigMap", { uid: "b", resourceVersion: "3" });
  const claim = object("v1", "PersistentVolumeClaim", { uid: "c", resourceVersion: "4" });
  const resource = (type: string, outputs: object) => ({
    ...{ type, id: "temporal/x", provider: "urn:kubernetes::1", outputs },
  });
  const state = stateOf([
    provider,
    resource("kubernetes:apps/v1:Deployment", history),
    resource("kubernetes:core/v1:ConfigMap", files),
    resource("kubernetes:core/v1:PersistentVolumeClaim", claim),
    ...others,
  ]);

  /** Whether it does where a cluster has these objects. */
  function driftedWith(...objects: readonly ReturnType<typeof object>[]): Promise<boolean> {
    const lister: Lister = ({ apiVersion, kind, namespace, labelSelector }) =>
      Promise.resolve(
        objects.filter(
          (one) =>
            one.apiVersion === apiVersion &&
            one.kind === kind &&
            namespace === "temporal" &&
            labelSelector === "temporal-platform/stack=prod",
        ),
      );
    return hasDrifted(state, { presentOn: having(), listerOf: () => Promise.resolve(lister) });
  }
  const changed = (
    one: ReturnType<typeof object>,
    metadata: object,
  ): ReturnType<typeof object> => ({
    ...one,
    metadata: { ...one.metadata, ...metadata },
  });

  it("not when every object is there as the state knows it", async () => {
    expect(await driftedWith(history, files, claim)).toBe(false);
  });

  it("not when only the status has changed, or Kubernetes has bound a claim", async () => {
    const busy = changed(history, { resourceVersion: "99" });
    const bound = changed(claim, { resourceVersion: "98" });
    expect(await driftedWith(busy, files, bound)).toBe(false);
  });

  it.each([
    ["was removed", [files, claim]],
    ["has another spec", [changed(history, { generation: 3 }), files, claim]],
    ["has other data", [history, changed(files, { resourceVersion: "5" }), claim]],
    ["is another one of the same name", [history, files, changed(claim, { uid: "d" })]],
  ])("when an object %s", async (_what, objects) => {
    expect(await driftedWith(...objects)).toBe(true);
  });

  it("when the cluster does not answer, which the deployment then tells", async () => {
    const silent = { presentOn: having(), listerOf: () => Promise.reject(new Error("silent")) };
    expect(await hasDrifted(state, silent)).toBe(true);
  });

  it("when the state does not tell one object from another", async () => {
    const bare = stateOf([provider, resource("kubernetes:apps/v1:Deployment", {})]);
    const silent = { presentOn: having(), listerOf: () => Promise.reject(new Error("not asked")) };
    expect(await hasDrifted(bare, silent)).toBe(true);
  });

  it("of the cluster that the provider leads to", async () => {
    const listerOf = vi.fn(() => Promise.resolve<Lister>(() => Promise.resolve([])));
    await hasDrifted(state, { presentOn: having(), listerOf });
    expect(listerOf.mock.calls).toEqual([[{ context: "prod", kubeconfig: "/there" }]]);
  });
});
