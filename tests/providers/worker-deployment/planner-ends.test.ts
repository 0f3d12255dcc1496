import { describe, expect, it } from "vitest";
import type { Action } from "../../../providers/temporal/worker-deployment/actions.ts";
import {
  planOf,
  recoveryOf,
  removalPlan,
} from "../../../providers/temporal/worker-deployment/planner.ts";
import {
  ago,
  gate,
  inSteps as ramp,
  newRamps,
  oldIsCurrent,
  runs,
  shortly,
  situation,
  version,
  wanted,
} from "./situations.ts";

describe("a step that fails", () => {
  const plan = planOf({ ...ramp, gate }, oldIsCurrent).actions;
  const after = (failed: string, seen = oldIsCurrent) => {
    const all = seen === oldIsCurrent ? plan : planOf({ ...ramp, gate }, seen).actions;
    const index = shortly(all).indexOf(failed);
    const action = all[index];
    if (action === undefined) throw new Error(`${failed} is not in ${shortly(all).join(", ")}`);
    return shortly(recoveryOf({ failed: action, done: all.slice(0, index) }, ramp, seen));
  };

  it.each(["start new", "await-pollers new", "run-gate new", "ramp new 10"])(
    "removes the new version when that is %s",
    (failed) => {
      expect(after(failed)).toEqual(["stop new"]);
    },
  );

  it("leaves a version with its share that has passed its checks", () => {
    expect(after("ramp new 50")).toEqual([]);
    expect(after("set-current new")).toEqual([]);
  });

  it("takes the share from a version that no longer works", () => {
    const down = { ...newRamps(10, ago(400)), running: [runs("old")] };
    expect(
      after("await-pollers new", { ...down, desired: { polls: false, gatePassed: false } }),
    ).toEqual(["clear-ramp new", "stop new"]);
  });

  it("leaves an old version that the program goes back to", () => {
    const failed: Action = {
      ...{ kind: "await-pollers", buildId: "new", taskQueues: {}, timeoutSeconds: 1 },
    };
    const versions = [version("old", "Current"), version("new", "Draining", { openPinned: 1 })];
    const back = situation({ server: { current: "old", versions } });
    expect(recoveryOf({ failed, done: [] }, ramp, back)).toEqual([]);
  });

  it("leaves the new version alone when it was another one's", () => {
    const failed: Action = { kind: "stop", buildId: "old", why: "it has drained" };
    expect(recoveryOf({ failed, done: [] }, ramp, oldIsCurrent)).toEqual([]);
  });
});

describe("a worker that is removed", () => {
  it("gets no new work, ends, and leaves no records", () => {
    expect(shortly(removalPlan(wanted(), newRamps(10, ago(1))).actions)).toEqual([
      ...["clear-ramp new", "set-current", "stop old", "stop new"],
      ...["delete-version old", "delete-version new", "release", "delete-deployment"],
    ]);
  });

  it("that never polled only ends", () => {
    expect(shortly(removalPlan(wanted(), situation({ running: [runs("new")] })).actions)).toEqual([
      "stop new",
    ]);
  });
});
