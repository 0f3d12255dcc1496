import { describe, expect, it } from "vitest";
import { progressOf } from "../../../../offline/plugins/kubernetes/await/progress.ts";

const yes = (type: string): object => ({ type, status: "True" });
const no = (type: string, more: object = {}): object => ({ type, status: "False", ...more });

describe("how far an object has come", () => {
  it.each([
    ["Deployment", "that its controller has not seen", {}, {}, "waiting"],
    [
      "Deployment",
      "with too few pods",
      { replicas: 2 },
      { observedGeneration: 1, updatedReplicas: 2, availableReplicas: 1 },
      "waiting",
    ],
    [
      "Deployment",
      "with old pods",
      { replicas: 1 },
      { observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 2 },
      "waiting",
    ],
    [
      "Deployment",
      "that is done",
      { replicas: 1 },
      { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      "ready",
    ],
    ["Deployment", "of no pods", { replicas: 0 }, { observedGeneration: 1 }, "ready"],
    [
      "Deployment",
      "that gave up",
      { replicas: 1 },
      {
        observedGeneration: 1,
        conditions: [no("Progressing", { reason: "ProgressDeadlineExceeded" })],
      },
      "failed",
    ],
    [
      "StatefulSet",
      "in the middle of an update",
      { replicas: 1 },
      {
        observedGeneration: 1,
        replicas: 1,
        availableReplicas: 1,
        currentRevision: "a",
        updateRevision: "b",
      },
      "waiting",
    ],
    [
      "StatefulSet",
      "that is done",
      { replicas: 1 },
      {
        observedGeneration: 1,
        replicas: 1,
        availableReplicas: 1,
        currentRevision: "b",
        updateRevision: "b",
      },
      "ready",
    ],
    [
      "StatefulSet",
      "with a pod too many",
      { replicas: 1 },
      { observedGeneration: 1, replicas: 2, availableReplicas: 2 },
      "waiting",
    ],
    [
      "DaemonSet",
      "with a node to go",
      {},
      {
        observedGeneration: 1,
        desiredNumberScheduled: 2,
        updatedNumberScheduled: 2,
        numberAvailable: 1,
      },
      "waiting",
    ],
    ["Job", "that runs", {}, {}, "waiting"],
    ["Job", "that is done", {}, { conditions: [yes("Complete")] }, "ready"],
    [
      "Job",
      "that failed",
      {},
      { conditions: [{ ...yes("Failed"), reason: "PodFailurePolicy" }] },
      "failed",
    ],
    ["Pod", "that is ready", {}, { conditions: [yes("Ready")] }, "ready"],
    ["Pod", "that failed", {}, { phase: "Failed" }, "failed"],
    ["PersistentVolumeClaim", "that nobody uses", {}, { phase: "Pending" }, "waiting"],
    ["PersistentVolumeClaim", "that is bound", {}, { phase: "Bound" }, "ready"],
    ["Service", "inside", {}, {}, "ready"],
    ["Service", "without its balancer", { type: "LoadBalancer" }, { loadBalancer: {} }, "waiting"],
    [
      "Service",
      "with its balancer",
      { type: "LoadBalancer" },
      { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } },
      "ready",
    ],
    ["Namespace", "that is active", {}, { phase: "Active" }, "ready"],
    ["CustomResourceDefinition", "that is new", {}, {}, "waiting"],
    ["ConfigMap", "that is there", {}, {}, "ready"],
  ])("%s %s", (kind, _which, spec, status, state) => {
    const object = { apiVersion: "v1", kind, metadata: { name: "x", generation: 1 }, spec, status };
    expect(progressOf(object).state).toBe(state);
  });

  it.each([
    ["condition=Ready", [], "waiting"],
    ["condition=Ready", [no("Ready")], "waiting"],
    ["condition=Ready", [yes("Ready")], "ready"],
    ["condition=Stalled=False", [yes("Stalled")], "waiting"],
    ["condition=Stalled=False", [no("Stalled")], "ready"],
  ])("is what the user waits for, for %s with %j: %s", (waitFor, conditions, state) => {
    const object = { apiVersion: "example.com/v1", kind: "Database", status: { conditions } };
    expect(progressOf(object, waitFor).state).toBe(state);
  });

  it("by a condition says what the object says meanwhile", () => {
    const conditions = [no("Ready", { message: "Cluster Is Not Ready" })];
    const status = { phase: "Setting up primary", conditions };
    const object = { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", status };
    expect(progressOf(object, "condition=Ready")).toEqual({
      state: "waiting",
      for: "its condition Ready to be True (Setting up primary: Cluster Is Not Ready)",
    });
  });

  it("of a failure says why", () => {
    const status = {
      conditions: [{ ...yes("Failed"), reason: "DeadlineExceeded", message: "late" }],
    };
    expect(progressOf({ apiVersion: "batch/v1", kind: "Job", status })).toEqual({
      state: "failed",
      why: "DeadlineExceeded: late",
    });
  });
});
