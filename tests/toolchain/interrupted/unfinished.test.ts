import { describe, expect, it } from "vitest";
import { interrupted } from "../../../toolchain/interrupted/unfinished.ts";

const engine = "urn:pulumi:dev::p::pulumi:providers:docker::dev-docker";
const container = "docker:index/container:Container";

/** An export of a stack that was killed in these operations. */
function killed(...operations: object[]): object {
  return {
    version: 3,
    deployment: {
      resources: [
        { urn: engine, id: "1", type: "pulumi:providers:docker", inputs: { host: "ssh://box" } },
      ],
      pending_operations: operations,
    },
  };
}

describe("what a killed deployment was making", () => {
  it("is found with its engine", () => {
    const at = (provider: string, type: string, name: unknown): object => ({
      type: "creating",
      resource: { urn: "u", type, provider, inputs: { name } },
    });
    const state = killed(
      at(`${engine}::1`, container, "temporal-dev-history-0"),
      at("another::2", "docker:index/network:Network", "temporal-dev"),
    );
    expect(interrupted(state).unfinished).toEqual([
      { on: "docker", kind: "container", name: "temporal-dev-history-0", host: "ssh://box" },
      { on: "docker", kind: "network", name: "temporal-dev" },
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
    const state = {
      deployment: {
        resources: [
          { urn: provider, id: "1", type: "pulumi:providers:kubernetes", inputs: { context: "c" } },
        ],
        pending_operations: [
          { type: "creating", resource: { urn: "u", type, provider: `${provider}::1`, inputs } },
        ],
      },
    };
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
      { type: "creating", resource: { type: "temporal:docker:Task", inputs } },
    );
    expect(interrupted(state).unfinished).toEqual([]);
  });

  it("is nothing in a stack that has never been up", () => {
    expect(interrupted({ version: 3, deployment: {} }).unfinished).toEqual([]);
    const none = { resources: null, pending_operations: null };
    expect(interrupted({ deployment: none }).unfinished).toEqual([]);
  });
});
