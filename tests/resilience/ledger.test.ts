/**
 * The checker of the failure tests must find what it is there for.
 */
import { describe, expect, it } from "vitest";
import { audit, type Effect, enter } from "../../testkit/ledger.ts";

const effect = (workflowId: string, activityId: string, attempt = 1): Effect => ({
  ...{ workflowId, activityId, attempt },
  outcome: "done",
});

describe("the ledger of activities", () => {
  it("has nothing against retries and repetitions with attempts of their own", () => {
    enter({ ...effect("good-1", "a"), outcome: "failed" });
    enter(effect("good-1", "a", 2));
    enter(effect("good-1", "a", 3));
    enter(effect("good-1", "b"));
    expect(audit("good-", ["good-1"], 2)).toEqual({ activities: 2, repetitions: 1, faults: [] });
  });

  it("finds an attempt that was executed twice", () => {
    enter(effect("twice-1", "a"));
    enter(effect("twice-1", "a"));
    expect(audit("twice-", ["twice-1"], 1).faults).toEqual(["twice-1 a 1 was executed 2 times"]);
  });

  it("finds a completed workflow whose activity was never done", () => {
    enter({ ...effect("never-1", "a"), outcome: "failed" });
    expect(audit("never-", ["never-1"], 1).faults).toEqual([
      "never-1 ended well with 0 activities done",
    ]);
  });

  it("says nothing of other workflows", () => {
    enter(effect("other-1", "a"));
    enter(effect("other-1", "a"));
    expect(audit("mine-", [], 1)).toEqual({ activities: 0, repetitions: 0, faults: [] });
  });
});
