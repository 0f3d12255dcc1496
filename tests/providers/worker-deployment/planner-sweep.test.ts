import { describe, expect, it } from "vitest";
import { planOf } from "../../../providers/temporal/worker-deployment/planner.ts";
import { ago, oldIsCurrent, runs, situation, steps, version, wanted } from "./situations.ts";

describe("other versions", () => {
  const withOther = (
    other: ReturnType<typeof version>,
    more: Partial<ReturnType<typeof situation>> = {},
  ) =>
    situation({
      server: {
        managerIdentity: "ours",
        current: "new",
        versions: [version("new", "Current"), other],
      },
      running: [runs("new"), runs("old")],
      ...more,
    });

  it("run on while they drain, and are told", () => {
    const draining = withOther(version("old", "Draining", { openPinned: 3 }));
    expect(planOf(wanted(), draining)).toEqual({
      actions: [],
      notes: ["version old drains: 3 running workflows are pinned to it"],
    });
  });

  it.each(["Current", "Ramping", "Draining", "Unspecified"] as const)(
    "that are %s are started again, and brought up to date",
    (status) => {
      const other = version("old", status);
      expect(steps(wanted(), withOther(other, { running: [runs("new")] }))).toEqual(["start old"]);
      const stale = runs("old", { fingerprint: "another" });
      expect(steps(wanted(), withOther(other, { running: [runs("new"), stale] }))).toEqual([
        "roll old",
      ]);
    },
  );

  it("go when they have drained, containers and record at their times", () => {
    const drained = (seconds: number) =>
      withOther(version("old", "Drained", { since: ago(seconds), everCurrent: true }));
    const slowly = wanted({ scaleDownAfterSeconds: 100, deleteAfterSeconds: 1000 });
    expect(planOf(slowly, drained(99))).toEqual({
      actions: [],
      notes: ["version old has drained, and goes in 1001 s"],
    });
    expect(steps(slowly, drained(100))).toEqual(["stop old"]);
    const stopped = (seconds: number) => ({ ...drained(seconds), running: [runs("new")] });
    expect(steps(slowly, stopped(1099))).toEqual([]);
    expect(steps(slowly, stopped(1100))).toEqual(["delete-version old"]);
    const together = wanted({ deleteAfterSeconds: 1000 });
    expect(steps(together, drained(999))).toEqual([]);
    expect(steps(together, drained(1000))).toEqual(["stop old"]);
    expect(steps(together, stopped(1000))).toEqual(["delete-version old"]);
    expect(steps(wanted(), drained(0))).toEqual(["stop old"]);
  });

  it("keep their records while the server remembers their pollers, which it does for 5 minutes", () => {
    const drained = version("old", "Drained", { since: ago(10) });
    const seen = withOther(drained, { running: [runs("new")], polled: ["new", "old"] });
    expect(planOf(wanted(), seen)).toEqual({
      actions: [],
      notes: ["the record of version old goes when the server has forgotten its pollers"],
    });
  });

  it("are not started again when they have drained", () => {
    const drained = version("old", "Drained", { since: ago(1) });
    const seen = withOther(drained, { running: [runs("new")] });
    expect(steps(wanted({ deleteAfterSeconds: 1000 }), seen)).toEqual([]);
  });

  it("that never had work go at once, unless workflows are pinned to them or they are nobody's", () => {
    const idle = version("old", "Inactive");
    expect(steps(wanted(), withOther(idle))).toEqual(["stop old"]);
    expect(steps(wanted(), withOther(idle, { running: [runs("new")] }))).toEqual([
      "delete-version old",
    ]);
    const pinned = version("old", "Inactive", { openPinned: 1 });
    expect(planOf(wanted(), withOther(pinned))).toEqual({
      actions: [],
      notes: ["version old stays: 1 running workflow is pinned to it"],
    });
    const theirs = { running: [runs("new")], startable: { new: "new as wanted" } };
    expect(steps(wanted(), withOther(idle, theirs))).toEqual([]);
  });

  it("that the server does not know are stopped", () => {
    const seen = { ...oldIsCurrent, running: [runs("old"), runs("stray")] };
    expect(steps(wanted({ buildId: "old" }), seen)).toEqual(["stop stray"]);
  });

  it("are not deleted under somebody else's management", () => {
    const drained = withOther(version("old", "Drained"), { running: [runs("new")] });
    const server = {
      ...drained.server,
      managerIdentity: "theirs",
      versions: drained.server?.versions ?? [],
    };
    expect(steps(wanted(), { ...drained, server })).toEqual([]);
  });
});
