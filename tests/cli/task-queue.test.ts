import { describe, expect, it } from "vitest";
import {
  type TaskQueueAnswer,
  taskQueueDescription,
  type TaskQueueDescription,
  taskQueueText,
  versionsIn,
} from "../../cli/task-queues/description.ts";
import { taskQueueOf } from "../../cli/task-queues/input.ts";

describe("the name of a task queue", () => {
  it("may be anything that is not Temporal's own", () => {
    expect(taskQueueOf("orders / all")).toBe("orders / all");
    expect(() => taskQueueOf("")).toThrow("It must not be empty.");
    expect(() => taskQueueOf("/_sys/orders/1")).toThrow(
      "It begins with /_sys/, which is Temporal's own.",
    );
    expect(() => taskQueueOf("x".repeat(256))).toThrow("It has 256 bytes");
  });
});

/** A 64-bit integer as the server's answers have it. */
const long = (value: number): object => ({ toNumber: () => value });

const limit = { requestsPerSecond: 4000, rateLimitSource: 3 };
const stats = {
  approximateBacklogCount: long(3),
  approximateBacklogAge: { seconds: long(90), nanos: 400_000_000 },
  tasksAddRate: 0.254,
  tasksDispatchRate: 0.1,
  rateLimitingActive: true,
};
const nobody = { pollers: [], stats: {}, effectiveRateLimit: limit } as object as TaskQueueAnswer;
const waiting = { pollers: [], stats, effectiveRateLimit: limit } as object as TaskQueueAnswer;
const busy = {
  pollers: [
    {
      identity: "old@host",
      lastAccessTime: { seconds: long(1_700_000_000), nanos: 250_000_000 },
      ratePerSecond: 100_000,
    },
    {
      identity: "new@host",
      lastAccessTime: { seconds: long(1_700_000_001) },
      ratePerSecond: 5,
      deploymentOptions: { deploymentName: "orders", buildId: "2", workerVersioningMode: 2 },
    },
    { identity: "older@host", workerVersionCapabilities: { buildId: "0.9" } },
  ],
  stats,
  versioningInfo: {
    currentDeploymentVersion: { deploymentName: "orders", buildId: "1" },
    rampingDeploymentVersion: { deploymentName: "orders", buildId: "2" },
    rampingVersionPercentage: 20,
  },
  effectiveRateLimit: { requestsPerSecond: 5, rateLimitSource: 2 },
} as object as TaskQueueAnswer;

const empty: TaskQueueDescription["backlog"] = {
  approximateCount: 0,
  approximateAgeSeconds: 0,
  tasksAddRate: 0,
  tasksDispatchRate: 0,
  rateLimited: false,
};

describe("a task queue that nobody polls", () => {
  it("is described all the same", () => {
    expect(taskQueueDescription("nexus", nobody, [])).toEqual({
      type: "nexus",
      pollers: [],
      backlog: empty,
      versions: [],
      rateLimit: { requestsPerSecond: 4000, source: "System" },
    });
  });

  it("says so in words", () => {
    expect(taskQueueText(taskQueueDescription("nexus", nobody, [])).split("\n")).toEqual([
      "nexus",
      "  backlog          empty",
      "  tasks            0/s added, 0/s dispatched",
      "  limit            4000/s (System)",
      "  current version  unversioned workers",
      "",
      "  nobody has polled it in the last 5 minutes",
    ]);
  });

  it("says that tasks wait for a worker, if some do", () => {
    expect(taskQueueText(taskQueueDescription("activity", waiting, []))).toContain(
      "nobody has polled it in the last 5 minutes: its tasks wait until a worker does",
    );
  });
});

describe("a task queue at work", () => {
  it("has the versions to which tasks go, and those that poll, each once", () => {
    expect(versionsIn(busy)).toEqual([
      { deploymentName: "orders", buildId: "1" },
      { deploymentName: "orders", buildId: "2" },
    ]);
  });

  it("has pollers, backlog and versions in one shape for programs", () => {
    const versions = [{ deploymentName: "orders", buildId: "1", backlog: empty }];
    expect(taskQueueDescription("workflow", busy, versions)).toEqual({
      type: "workflow",
      pollers: [
        {
          identity: "old@host",
          lastAccessTime: "2023-11-14T22:13:20.250Z",
          ratePerSecond: 100_000,
        },
        {
          identity: "new@host",
          lastAccessTime: "2023-11-14T22:13:21.000Z",
          ratePerSecond: 5,
          versioning: "Versioned",
          version: { deploymentName: "orders", buildId: "2" },
        },
        { identity: "older@host", ratePerSecond: 0, version: { buildId: "0.9" } },
      ],
      backlog: {
        approximateCount: 3,
        approximateAgeSeconds: 90.4,
        tasksAddRate: 0.254,
        tasksDispatchRate: 0.1,
        rateLimited: true,
      },
      currentVersion: { deploymentName: "orders", buildId: "1" },
      rampingVersion: { deploymentName: "orders", buildId: "2", percentage: 20 },
      versions,
      rateLimit: { requestsPerSecond: 5, source: "Worker" },
    });
  });

  it("is told in tables for people", () => {
    const one = { ...empty, approximateCount: 1, approximateAgeSeconds: 4 };
    const versions = [{ deploymentName: "orders", buildId: "1", backlog: one }];
    expect(taskQueueText(taskQueueDescription("workflow", busy, versions)).split("\n")).toEqual([
      "workflow",
      "  backlog          about 3 tasks, the oldest for 1m30s",
      "  tasks            0.25/s added, 0.1/s dispatched",
      "  limit            5/s (Worker), reached",
      "  current version  orders 1",
      "  ramping version  orders 2, 20%",
      "",
      "  version   backlog                          tasks",
      "  orders 1  about 1 task, the oldest for 4s  0/s added, 0/s dispatched",
      "",
      "  poller      last access               at most   versioning  version",
      "  old@host    2023-11-14T22:13:20.250Z  100000/s  -           -",
      "  new@host    2023-11-14T22:13:21.000Z  5/s       Versioned   orders 2",
      "  older@host  -                         0/s       -           0.9",
    ]);
  });
});
