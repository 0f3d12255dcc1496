import { describe, expect, it } from "vitest";
import { planOf, stoppedPlan } from "../../../providers/temporal/worker-deployment/planner.ts";
import {
  ago,
  gate,
  inSteps as ramp,
  newRamps,
  oldIsCurrent,
  runs,
  sentences,
  shortly,
  situation,
  steps,
  version,
  wanted,
} from "./situations.ts";

const byHand = wanted({ rollout: { kind: "manual" } });

describe("the first version", () => {
  it("becomes current at once, since nobody else would take the work", () => {
    expect(sentences(planOf(ramp, situation()))).toEqual([
      "start version new, 2 replicas",
      "wait until version new polls orders (workflow, activity), for at most 60 s",
      "become the manager of the deployment, as ours",
      "make version new current",
    ]);
    expect(steps(byHand, situation())).toEqual([
      ...["start new", "await-pollers new", "set-current new"],
    ]);
  });

  it("takes its share step by step from unversioned workers that poll all queues", () => {
    expect(steps(ramp, situation({ unversioned: "all" }))).toEqual([
      ...["start new", "await-pollers new", "claim"],
      ...["ramp new 10", "pause new 10 300 s", "ramp new 50", "ramp new 75", "pause new 75 60 s"],
      "set-current new",
    ]);
  });

  it("becomes current at once when unversioned workers poll some queues only", () => {
    expect(steps(ramp, situation({ unversioned: "some" }))).toContain("set-current new");
    expect(steps(ramp, situation({ unversioned: "some" }))).not.toContain("ramp new 10");
  });

  it("is left to people beside unversioned workers when the rollout is manual", () => {
    const plan = planOf(byHand, situation({ unversioned: "some" }));
    expect(shortly(plan.actions)).toEqual(["start new", "await-pollers new"]);
    expect(plan.notes).toEqual([
      "version new is not current, which the rollout leaves to you: `temporal worker deployment set-current-version --deployment-name orders --build-id new`",
    ]);
  });
});

describe("a new version", () => {
  const checked = ["start new", "await-pollers new"];

  it("is checked, and becomes current at once", () => {
    expect(sentences(planOf(wanted(), oldIsCurrent))).toEqual([
      "start version new, 2 replicas",
      "wait until version new polls orders (workflow, activity), for at most 60 s",
      "make version new current, instead of old",
    ]);
  });

  it("must pass its gate first", () => {
    expect(sentences(planOf(wanted({ gate }), oldIsCurrent)).slice(2)).toEqual([
      "run the gate workflow Smoke on version new, for at most 30 s",
      "make version new current, instead of old",
    ]);
  });

  it("gets its share by steps", () => {
    expect(steps(ramp, oldIsCurrent)).toEqual([
      ...checked,
      ...["ramp new 10", "pause new 10 300 s", "ramp new 50", "ramp new 75", "pause new 75 60 s"],
      "set-current new",
    ]);
  });

  it("is started and checked, and left to people, when the rollout is manual", () => {
    const plan = planOf(byHand, oldIsCurrent);
    expect(shortly(plan.actions)).toEqual([...checked, "release"]);
    expect(plan.notes).toHaveLength(1);
  });

  it("waits for nothing that has been seen already", () => {
    const seen = situation({
      ...oldIsCurrent,
      running: [runs("old"), runs("new")],
      desired: { polls: true, gatePassed: true },
    });
    expect(steps(wanted({ gate }), seen)).toEqual(["set-current new"]);
  });

  it("takes the place of another one that was on its way", () => {
    const other = situation({
      server: {
        managerIdentity: "ours",
        current: "old",
        ramping: { buildId: "other", percent: 10 },
        versions: [version("old", "Current"), version("other", "Ramping")],
      },
      running: [runs("old"), runs("other")],
      startable: { ...oldIsCurrent.startable, other: "other as wanted" },
    });
    expect(steps(wanted(), other)).toEqual([...checked, "clear-ramp other", "set-current new"]);
    // The server takes the share from the other one by itself.
    expect(steps(ramp, other).slice(2, 3)).toEqual(["ramp new 10"]);
  });
});

describe("a rollout that was interrupted", () => {
  it.each([
    ["in a pause, waits for what is left of it", 10, 100, ["pause new 10 200 s", "ramp new 50"]],
    ["long ago, goes on at once", 10, 10_000, ["ramp new 50", "ramp new 75"]],
    ["at the last step", 75, 20, ["pause new 75 40 s", "set-current new"]],
    ["at a percentage that is no step, takes the next one", 30, 5, ["ramp new 50", "ramp new 75"]],
  ] as const)("%s", (_what, percent, seconds, first) => {
    const left = steps({ ...ramp, gate }, newRamps(percent, ago(seconds)));
    expect(left.slice(0, 2)).toEqual(first);
    expect(left.at(-1)).toBe("set-current new");
  });

  it("knows a percentage again that the server keeps in single precision", () => {
    const third = wanted({
      rollout: { kind: "progressive", steps: [{ percent: 33.3, pauseSeconds: 60 }] },
    });
    expect(steps(third, newRamps(Math.fround(33.3), ago(50)))).toEqual([
      ...["pause new 33.3 10 s", "set-current new"],
    ]);
  });

  it("starts again what does not run", () => {
    const seen = newRamps(10, ago(400));
    const down = { ...seen, running: [runs("old")], desired: { polls: false, gatePassed: false } };
    expect(steps(ramp, down).slice(0, 3)).toEqual([
      "start new",
      "await-pollers new",
      "ramp new 50",
    ]);
  });
});

describe("going back to a version that has been current", () => {
  const back = situation({
    server: {
      managerIdentity: "ours",
      current: "old",
      versions: [version("old", "Current"), version("new", "Draining", { everCurrent: true })],
    },
    running: [runs("old"), runs("new")],
    desired: { polls: true, gatePassed: false },
  });

  it("is done at once, whatever the rollout and without a gate", () => {
    expect(steps({ ...ramp, gate }, back)).toEqual(["set-current new"]);
    expect(steps({ ...byHand, gate }, back)).toEqual(["set-current new", "release"]);
  });

  it("starts it first when it runs no more", () => {
    expect(steps(ramp, { ...back, running: [runs("old")] })).toEqual([
      ...["start new", "await-pollers new", "set-current new"],
    ]);
  });

  it("takes the share from the one that was to follow", () => {
    const ours = wanted({ buildId: "old" });
    expect(steps(ours, newRamps(10, ago(10)))).toEqual(["clear-ramp new"]);
  });
});

describe("a version that is current", () => {
  const current = situation({
    server: { managerIdentity: "ours", current: "new", versions: [version("new", "Current")] },
    running: [runs("new")],
  });

  it("is left alone when nothing has changed", () => {
    expect(planOf({ ...ramp, gate }, current)).toEqual({ actions: [], notes: [] });
  });

  it("is updated in place, and waited for", () => {
    const changed = { ...current, running: [runs("new", { fingerprint: "another" })] };
    expect(steps(ramp, changed)).toEqual(["roll new", "await-pollers new"]);
    const more = { ...current, running: [runs("new", { replicas: 1 })] };
    expect(steps(ramp, more)).toEqual(["roll new", "await-pollers new"]);
  });

  it("is as large as whoever scales it says", () => {
    const scaled = { ...current, running: [runs("new", { replicas: 9 })] };
    expect(steps({ ...ramp, replicas: undefined }, scaled)).toEqual([]);
  });
});

describe("a deployment that somebody else manages", () => {
  const theirs = situation({
    ...oldIsCurrent,
    server: { managerIdentity: "theirs", current: "old", versions: [version("old", "Current")] },
  });

  it("is refused before anything is started", () => {
    expect(planOf(ramp, theirs)).toEqual({
      actions: [],
      notes: [],
      refusal:
        "the Worker Deployment orders is managed by theirs, and not by ours: let that one go on, or unset it (`temporal worker deployment manager-identity unset --deployment-name orders`) and run this again",
    });
  });

  it("may get a version that people make current", () => {
    expect(steps(byHand, theirs)).toEqual(["start new", "await-pollers new"]);
  });
});

describe("a cluster that is stopped", () => {
  it("has no version that runs, and nothing else happens", () => {
    expect(shortly(stoppedPlan([runs("old"), runs("new")]).actions)).toEqual([
      ...["stop old", "stop new"],
    ]);
  });
});
