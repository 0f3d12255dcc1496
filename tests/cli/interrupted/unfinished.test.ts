import { describe, expect, it } from "vitest";
import { interrupted } from "../../../cli/interrupted/unfinished.ts";
import { type StackState, stackStateOf } from "../../../cli/pulumi/export.ts";

const engine = "urn:pulumi:dev::p::pulumi:providers:docker::dev-docker";
const container = "docker:index/container:Container";

/** The state of a stack of some resources that was killed in these operations. */
function stateOf(resources: readonly object[], operations: readonly object[]): StackState {
  return stackStateOf(
    JSON.stringify({ deployment: { resources, pending_operations: operations } }),
  );
}

/** The state of a stack on an engine that was killed in these operations. */
function killed(...operations: object[]): StackState {
  const inputs = { host: "ssh://box" };
  return stateOf([{ urn: engine, id: "1", type: "pulumi:providers:docker", inputs }], operations);
}

describe("what a killed deployment was making", () => {
  it("is found with its engine", () => {
    const at = (provider: string, type: string, name: unknown): object => ({
      type: "creating",
      resource: { urn: "u", type, provider, inputs: { name } },
    });
    const state = killed(
      at(`${engine}::1`, container, "temporal-dev-history-0"),
      at("another::2", container, "temporal-dev-ui-0"),
    );
    expect(interrupted(state).unfinished).toEqual([
      { on: "docker", kind: "container", name: "temporal-dev-history-0", host: "ssh://box" },
      { on: "docker", kind: "container", name: "temporal-dev-ui-0" },
    ]);
  });

  it("is found with its Kubernetes cluster", () => {
    const provider = "urn:pulumi:p::p::pulumi:providers:kubernetes::k";
    const inputs = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "postgres", namespace: "temporal", labels: {} },
    };
    const type = "kubernetes:apps/v1:StatefulSet";
    const state = stateOf(
      [{ urn: provider, id: "1", type: "pulumi:providers:kubernetes", inputs: { context: "c" } }],
      [{ type: "creating", resource: { urn: "u", type, provider: `${provider}::1`, inputs } }],
    );
    expect(interrupted(state).unfinished).toEqual([
      {
        on: "kubernetes",
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        name: "postgres",
        namespace: "temporal",
        context: "c",
      },
    ]);
  });

  it("is not what was being changed or deleted, nor what has no name on an engine", () => {
    const inputs = { name: "x" };
    const state = killed(
      { type: "updating", resource: { type: container, inputs } },
      { type: "deleting", resource: { type: container, inputs } },
      { type: "creating", resource: { type: "docker:index/volume:Volume", inputs } },
      { type: "creating", resource: { type: container, inputs: { name: { secret: true } } } },
      // Which its next run removes, or takes over.
      { type: "creating", resource: { type: "temporal:docker:Task", inputs } },
      { type: "creating", resource: { type: "temporal:docker:Network", inputs } },
    );
    expect(interrupted(state).unfinished).toEqual([]);
  });

  it("is nothing in a stack that has never been up", () => {
    expect(interrupted(stateOf([], []))).toEqual({ unfinished: [], known: new Set() });
  });

  it("is not what the state has already", () => {
    const metadata = { name: "postgres", namespace: "temporal" };
    const made = {
      type: "kubernetes:apps/v1:StatefulSet",
      inputs: { apiVersion: "apps/v1", kind: "StatefulSet", metadata },
    };
    const pending = [{ type: "creating", resource: made }];
    expect(interrupted(stateOf([], pending)).unfinished).toHaveLength(1);
    const known = { ...made, id: "temporal/postgres" };
    expect(interrupted(stateOf([known], pending)).unfinished).toEqual([]);
    // Engines have ids of their own, by which what is known there is spared.
    const running = { type: container, id: "4f5e" };
    expect(interrupted(stateOf([running], [])).known).toContain("4f5e");
  });
});
