import { describe, expect, it } from "vitest";
import { taskQueueConfig, taskQueueConfigText } from "../../cli/task-queues/config.ts";
import { rateOf, reasonOf } from "../../cli/task-queues/input.ts";

type Answer = Parameters<typeof taskQueueConfig>[1];

type Effective = Parameters<typeof taskQueueConfig>[2];

const byServer = { requestsPerSecond: 4000, rateLimitSource: 3 } as object as Effective;
const byApi = { requestsPerSecond: 50, rateLimitSource: 1 } as object as Effective;
const metadata = {
  reason: "the bank\ntakes 50/s",
  updateIdentity: "resource-temporal@laptop",
  updateTime: { seconds: { toNumber: () => 1_700_000_000 } },
};
const set = {
  queueRateLimit: { rateLimit: { requestsPerSecond: 50 }, metadata },
  fairnessKeysRateLimitDefault: { rateLimit: null, metadata: { ...metadata, reason: "" } },
} as object as Answer;

describe("the limits of a task queue", () => {
  it("are the server's where nobody has set any", () => {
    const config = taskQueueConfig("workflow", null, byServer);
    expect(config).toEqual({
      type: "workflow",
      effectiveRateLimit: { requestsPerSecond: 4000, source: "System" },
    });
    expect(taskQueueConfigText(config).split("\n")).toEqual([
      "workflow",
      "  queue rate limit                 -",
      "  fairness key rate limit default  -",
      "  in force for the queue           4000/s (System)",
    ]);
  });

  it("tell who set or removed them, and why", () => {
    const config = taskQueueConfig("activity", set, byApi);
    const by = {
      updateIdentity: "resource-temporal@laptop",
      updateTime: "2023-11-14T22:13:20.000Z",
    };
    expect(config).toEqual({
      type: "activity",
      queueRateLimit: { requestsPerSecond: 50, reason: "the bank\ntakes 50/s", ...by },
      fairnessKeyRateLimitDefault: { reason: "", ...by },
      effectiveRateLimit: { requestsPerSecond: 50, source: "Api" },
    });
    expect(taskQueueConfigText(config).split("\n")).toEqual([
      "activity",
      "  queue rate limit                 50/s, by resource-temporal@laptop at 2023-11-14T22:13:20.000Z",
      "                                   the bank takes 50/s",
      "  fairness key rate limit default  none, by resource-temporal@laptop at 2023-11-14T22:13:20.000Z",
      "  in force for the queue           50/s (Api)",
    ]);
  });

  it("may stop it", () => {
    const stopped = { queueRateLimit: { rateLimit: {}, metadata: {} } } as object as Answer;
    const config = taskQueueConfig("nexus", stopped, { ...byApi, requestsPerSecond: 0 });
    expect(config.queueRateLimit?.requestsPerSecond).toBe(0);
    expect(taskQueueConfigText(config)).toContain("0/s (Api), it gives out nothing");
  });

  it("are numbers that the server's API can hold", () => {
    expect([rateOf("0"), rateOf("0.5"), rateOf("100000")]).toEqual([0, 0.5, 100_000]);
    for (const text of ["", "-1", "1e3", "50/s", "9".repeat(40)]) {
      expect(() => rateOf(text)).toThrow("It must be tasks a second");
    }
  });

  it("have a reason that is not too long", () => {
    expect(reasonOf("")).toBe("");
    expect(() => reasonOf("ü".repeat(501))).toThrow("It has 1002 bytes, and Temporal takes 1000.");
  });
});
