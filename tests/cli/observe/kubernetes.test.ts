import type { V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { partOf } from "../../../cli/observe/kubernetes.ts";

/** A pod of history with this status; the client's types are classes. */
const pod = (status: object, ready = "False", phase = "Running"): V1Pod => {
  const plain: object = {
    metadata: { name: "history-1", labels: { "app.kubernetes.io/component": "history" } },
    spec: { containers: [{ name: "history", image: "temporalio/server:1" }] },
    status: {
      phase,
      conditions: [{ type: "Ready", status: ready }],
      containerStatuses: [{ restartCount: 2, ...status }],
    },
  };
  return plain;
};

describe("a pod", () => {
  it("is a part with its workload, image, restarts and start", () => {
    const startedAt = new Date("2026-01-01T00:00:00Z");
    expect(partOf(pod({ state: { running: { startedAt } } }, "True"))).toEqual({
      ...{ component: "history", name: "history-1", image: "temporalio/server:1" },
      ...{ state: "healthy", restarts: 2, since: "2026-01-01T00:00:00.000Z" },
    });
  });

  it.each([
    ["has not passed its startup probe", "starting", { started: false }],
    ["waits for its image", "starting", { state: { waiting: { reason: "ContainerCreating" } } }],
    ["was well before", "unhealthy", { started: true }],
    ["crashes", "unhealthy", { state: { waiting: { reason: "CrashLoopBackOff" } } }],
    ["has no image", "unhealthy", { state: { waiting: { reason: "ErrImagePull" } } }],
  ])("that %s is %s", (_what, state, status) => {
    expect(partOf(pod(status)).state).toBe(state);
  });

  it("that has ended is stopped", () => {
    expect(partOf(pod({}, "False", "Failed")).state).toBe("stopped");
  });

  it("that is not scheduled yet is starting", () => {
    const pending: object = { status: { phase: "Pending" } };
    expect(partOf(pending as V1Pod).state).toBe("starting");
  });
});
