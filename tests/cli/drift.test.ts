import { describe, expect, it, vi } from "vitest";
import { hasDrifted, type Present, presentOnEngine } from "../../cli/pulumi/drift.ts";
import { type StackState, stackStateOf } from "../../cli/pulumi/export.ts";
import { FakeEngine } from "../providers/fake-engine.ts";

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

/** An engine that has these. */
const having = (...ids: string[]) =>
  vi.fn(() => Promise.resolve<Present | undefined>(new Set(ids)));

describe("a deployment refreshes the state first", () => {
  it("not when everything is still there, whatever else is", async () => {
    const engine = having("c0ffee", "data", "beef", "of somebody else");
    expect(await hasDrifted(stateOf(all), engine)).toBe(false);
  });

  it.each([
    ["a container that was stopped or removed", ["data", "beef"]],
    ["a volume that was removed", ["c0ffee", "beef"]],
    ["a network that was removed", ["c0ffee", "data"]],
  ])("because of %s", async (_what, present) => {
    expect(await hasDrifted(stateOf(all), having(...present))).toBe(true);
  });

  it.each([
    "kubernetes:apps/v1:Deployment",
    "kubernetes:core/v1:Namespace",
    "docker:index/network:Network",
    "docker:index/remoteImage:RemoteImage",
    "aws:ec2/vpc:Vpc",
  ])("because nobody but its provider knows about a %s", async (type) => {
    const engine = having("c0ffee", "data", "beef", "x");
    expect(await hasDrifted(stateOf([...all, { type, id: "x" }]), engine)).toBe(true);
  });

  it("because a deployment that was killed has begun something", async () => {
    const pending = [{ type: "deleting", resource: container }];
    const state = {
      ...stateOf(all),
      pending: stackStateOf(JSON.stringify({ deployment: { pending_operations: pending } }))
        .pending,
    };
    expect(await hasDrifted(state, having("c0ffee", "data", "beef"))).toBe(true);
  });

  it("because the engine does not answer", async () => {
    expect(await hasDrifted(stateOf(all), () => Promise.resolve(undefined))).toBe(true);
  });

  it("not before the first, which asks no engine", async () => {
    const engine = having();
    expect(await hasDrifted(stateOf([]), engine)).toBe(false);
    expect(await hasDrifted(stateOf(others), engine)).toBe(false);
    expect(engine).not.toHaveBeenCalled();
  });
});

describe("what is there is asked", () => {
  /** The engines that were asked. */
  async function asked(...resources: object[]): Promise<unknown[]> {
    const engine = having("c0ffee", "data", "beef");
    expect(await hasDrifted(stateOf(resources), engine)).toBe(false);
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
    expect(await hasDrifted(state, right)).toBe(false);
    const wrong = (): Promise<Present> => Promise.resolve(new Set(["a"]));
    expect(await hasDrifted(state, wrong)).toBe(true);
  });
});

describe("what an engine has", () => {
  it("is containers that run, networks and volumes", async () => {
    const engine = await FakeEngine.start();
    engine.containers.set("runs", { labels: {}, running: true });
    engine.containers.set("stopped", { labels: {}, running: false });
    engine.networks.set("beef", { Name: "temporal-dev-network", Labels: {} });
    engine.volumes.push("data");
    const { host } = engine;
    expect(await presentOnEngine(host)).toEqual(new Set(["runs", "beef", "data"]));
    engine.stop();
    expect(await presentOnEngine(host)).toBeUndefined();
  });

  it.each(["unix:///nowhere.sock", "not an address", ""])(
    "is not known when it does not answer at %j",
    async (host) => {
      expect(await presentOnEngine(host)).toBeUndefined();
    },
  );
});
