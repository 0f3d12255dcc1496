import { describe, expect, it } from "vitest";
import { groupsWithoutMembers } from "../../../cli/interrupted/groups.ts";
import { stackStateOf, type StackState } from "../../../cli/pulumi/export.ts";

const labels = { "temporal-platform/stopped": "together" };
const docker = {
  urn: "urn:docker-group",
  type: "temporal:docker:WorkloadGroup",
  inputs: { name: "temporal-dev-workloads", host: "ssh://box", labels },
};
const kubernetes = {
  urn: "urn:kubernetes-group",
  type: "temporal:kubernetes:WorkloadGroup",
  inputs: { context: "c", namespace: "temporal", labels },
};
const member = { urn: "u", type: "docker:index/container:Container", deletedWith: docker.urn };

const state = (...resources: readonly object[]): StackState =>
  stackStateOf(JSON.stringify({ deployment: { resources } }));

describe("groups of workloads", () => {
  it("that have no member in the state are found, with where they are", () => {
    expect(groupsWithoutMembers(state(docker, kubernetes))).toEqual([
      { on: "docker", host: "ssh://box", labels },
      { on: "kubernetes", context: "c", namespace: "temporal", labels },
    ]);
  });

  it("that have members are left alone", () => {
    expect(groupsWithoutMembers(state(docker, member))).toEqual([]);
  });

  it("that have versions of a worker as members know them by their labels, while they run", () => {
    const versions = (lifecycle: string, more: object = {}) => ({
      type: "temporal:worker:Deployment",
      inputs: { lifecycle, runner: { labels: { ...labels, ...more, component: "orders" } } },
    });
    expect(groupsWithoutMembers(state(docker, versions("running")))).toEqual([]);
    const others = { "temporal-platform/stopped": "workers" };
    for (const one of [versions("stopped"), versions("running", others)]) {
      expect(groupsWithoutMembers(state(docker, one))).toHaveLength(1);
    }
  });

  it("are none where there is no group", () => {
    expect(groupsWithoutMembers(state())).toEqual([]);
  });
});
