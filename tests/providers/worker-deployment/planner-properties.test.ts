import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action } from "../../../providers/temporal/worker-deployment/actions.ts";
import { planOf, recoveryOf } from "../../../providers/temporal/worker-deployment/planner.ts";
import type { RunningVersion } from "../../../providers/temporal/worker-deployment/runner.ts";
import type {
  ServerVersion,
  Situation,
} from "../../../providers/temporal/worker-deployment/situation.ts";
import type { Wanted } from "../../../providers/temporal/worker-deployment/wanted.ts";
import { ago, now, shortly, wanted } from "./situations.ts";

const buildIds = ["a", "b", "c", "d"] as const;
const buildId = fc.constantFrom(...buildIds);
const asWanted = (id: string): string => `${id} as wanted`;

const rollout: fc.Arbitrary<Wanted["rollout"]> = fc.oneof(
  fc.constant({ kind: "all-at-once" } as const),
  fc.constant({ kind: "manual" } as const),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 })
    .chain((percents) =>
      fc.record({
        kind: fc.constant("progressive" as const),
        steps: fc.constant(
          percents.sort((a, b) => a - b).map((percent) => ({ percent, pauseSeconds: percent })),
        ),
      }),
    ),
);

const wish: fc.Arbitrary<Wanted> = fc
  .record({
    buildId,
    rollout,
    gate: fc.option(
      fc.constant({ workflowType: "Smoke", taskQueue: "orders", timeoutSeconds: 1 }),
      { nil: undefined },
    ),
    replicas: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    scaleDownAfterSeconds: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    deleteAfterSeconds: fc.integer({ min: 0, max: 100 }),
  })
  .map(wanted);

const serverVersion = (id: string): fc.Arbitrary<ServerVersion> =>
  fc.record({
    buildId: fc.constant(id),
    status: fc.constantFrom("Inactive", "Draining", "Drained", "Unspecified"),
    since: fc.integer({ min: 0, max: 300 }).map(ago),
    everCurrent: fc.boolean(),
    openPinned: fc.integer({ min: 0, max: 2 }),
  });

const server: fc.Arbitrary<Situation["server"]> = fc.option(
  fc
    .record({
      managerIdentity: fc.constantFrom("ours", "theirs", undefined),
      current: fc.option(buildId, { nil: undefined }),
      ramping: fc.option(
        fc.record({
          buildId,
          percent: fc.integer({ min: 1, max: 99 }),
          since: fc.integer({ min: 0, max: 300 }).map(ago),
        }),
        { nil: undefined },
      ),
      versions: fc.tuple(...buildIds.map((id) => fc.option(serverVersion(id), { nil: undefined }))),
    })
    .map(({ managerIdentity, current, ramping: wantedRamp, versions }) => {
      const ramping = wantedRamp?.buildId === current ? undefined : wantedRamp;
      const placed = buildIds.flatMap((id, index): readonly ServerVersion[] => {
        const found = versions[index];
        if (id === current) return [{ buildId: id, status: "Current", everCurrent: true }];
        if (id === ramping?.buildId) {
          return [{ buildId: id, status: "Ramping", everCurrent: found?.everCurrent ?? false }];
        }
        return found === undefined ? [] : [found];
      });
      return {
        ...(managerIdentity === undefined ? {} : { managerIdentity }),
        ...(current === undefined ? {} : { current }),
        ...(ramping === undefined ? {} : { ramping }),
        versions: placed,
      };
    }),
  { nil: undefined },
);

const running: fc.Arbitrary<readonly RunningVersion[]> = fc.subarray([...buildIds]).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        buildId: fc.constant(id),
        replicas: fc.integer({ min: 0, max: 3 }),
        fingerprint: fc.constantFrom(asWanted(id), "another", undefined),
      }),
    ),
  ),
);

/** Any wish in any situation. */
const any = fc
  .record({
    want: wish,
    server,
    running,
    unversioned: fc.constantFrom("none", "some", "all"),
    polled: fc.subarray([...buildIds]),
    startable: fc.subarray([...buildIds]),
    polls: fc.boolean(),
    gatePassed: fc.boolean(),
  })
  .map(({ want, polls, gatePassed, startable, ...more }) => {
    const isThere =
      more.running.some((one) => one.buildId === want.buildId && one.replicas > 0) &&
      more.server?.versions.some((one) => one.buildId === want.buildId) === true;
    const seen: Situation = {
      ...more,
      desired: { polls: polls && isThere, gatePassed },
      startable: Object.fromEntries(
        [...startable, want.buildId].map((id) => [id, asWanted(id)] as const),
      ),
      now,
    };
    return { want, seen };
  });

/** What becomes of a situation by a step that succeeds. */
function after(seen: Situation, want: Wanted, action: Action): Situation {
  const there = seen.server ?? { versions: [] };
  const put = (id: string): Situation => ({
    ...seen,
    running: [
      ...seen.running.filter((one) => one.buildId !== id),
      { buildId: id, replicas: want.replicas ?? 1, fingerprint: asWanted(id) },
    ],
  });
  switch (action.kind) {
    case "start":
    case "roll":
      return put(action.buildId);
    case "stop":
      return { ...seen, running: seen.running.filter((one) => one.buildId !== action.buildId) };
    case "await-pollers": {
      const isKnown = there.versions.some((one) => one.buildId === action.buildId);
      const born = { buildId: action.buildId, status: "Inactive", everCurrent: false } as const;
      const versions = isKnown ? there.versions : [...there.versions, born];
      return { ...seen, server: { ...there, versions }, desired: { ...seen.desired, polls: true } };
    }
    case "run-gate":
      return { ...seen, desired: { ...seen.desired, gatePassed: true } };
    case "claim":
      return { ...seen, server: { ...there, managerIdentity: action.managerIdentity } };
    case "release": {
      const { current, ramping, versions } = there;
      return {
        ...seen,
        server: {
          ...(current === undefined ? {} : { current }),
          ...(ramping === undefined ? {} : { ramping }),
          versions,
        },
      };
    }
    case "ramp":
      return routed(seen, there.current, { buildId: action.buildId, percent: action.percent });
    case "clear-ramp":
      return routed(seen, there.current, undefined);
    case "set-current": {
      const kept = there.ramping?.buildId === action.buildId ? undefined : there.ramping;
      return routed(seen, action.buildId, kept);
    }
    case "delete-version": {
      const versions = there.versions.filter((one) => one.buildId !== action.buildId);
      return { ...seen, server: { ...there, versions } };
    }
    case "pause":
    case "delete-deployment":
      return seen;
  }
}

function routed(
  seen: Situation,
  current: string | undefined,
  ramping: NonNullable<Situation["server"]>["ramping"],
): Situation {
  const before = seen.server ?? { versions: [] };
  const versions = before.versions.map((one): ServerVersion => {
    if (one.buildId === current) return { ...one, status: "Current", everCurrent: true };
    if (one.buildId === ramping?.buildId) return { ...one, status: "Ramping" };
    const wasRouted = one.status === "Current" || one.status === "Ramping";
    return wasRouted ? { ...one, status: "Draining" } : one;
  });
  const { managerIdentity } = before;
  return {
    ...seen,
    server: {
      ...(managerIdentity === undefined ? {} : { managerIdentity }),
      ...(current === undefined ? {} : { current }),
      ...(ramping === undefined ? {} : { ramping }),
      versions,
    },
  };
}

describe("any plan", () => {
  it("leads where nothing is left to do but records to delete, with the wanted version current unless that is for people", () => {
    fc.assert(
      fc.property(any, ({ want, seen }) => {
        const plan = planOf(want, seen);
        if (plan.refusal !== undefined) return;
        const end = plan.actions.reduce((one, action) => after(one, want, action), seen);
        const next = planOf(want, end).actions;
        expect(next.filter(({ kind }) => kind !== "delete-version")).toEqual([]);
        const last = next.reduce((one, action) => after(one, want, action), end);
        expect(shortly(planOf(want, last).actions)).toEqual([]);
        if (want.rollout.kind !== "manual") expect(end.server?.current).toBe(want.buildId);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives work only to a version that runs and polls, and whose gate has succeeded if it never had work", () => {
    fc.assert(
      fc.property(any, ({ want, seen }) => {
        let state = seen;
        for (const action of planOf(want, seen).actions) {
          if (action.kind === "ramp" || action.kind === "set-current") {
            const id = action.buildId;
            expect(state.running.some((one) => one.buildId === id)).toBe(true);
            const version = state.server?.versions.find((one) => one.buildId === id);
            expect(version).toBeDefined();
            expect(state.desired.polls).toBe(true);
            const proved = version?.everCurrent === true || version?.status === "Ramping";
            if (want.gate !== undefined && !proved) expect(state.desired.gatePassed).toBe(true);
          }
          state = after(state, want, action);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("neither stops nor deletes a version that has work or may get some", () => {
    fc.assert(
      fc.property(any, ({ want, seen }) => {
        let state = seen;
        for (const action of planOf(want, seen).actions) {
          if (action.kind === "stop" || action.kind === "delete-version") {
            const version = state.server?.versions.find((one) => one.buildId === action.buildId);
            expect(action.buildId).not.toBe(want.buildId);
            expect(["Inactive", "Drained", undefined]).toContain(version?.status);
            if (version?.status === "Inactive") expect(version.openPinned ?? 0).toBe(0);
          }
          state = after(state, want, action);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("raises the share, and makes a version current once and at the end of its steps", () => {
    fc.assert(
      fc.property(any, ({ want, seen }) => {
        const { actions } = planOf(want, seen);
        const percents = actions.flatMap((one) => (one.kind === "ramp" ? [one.percent] : []));
        expect(percents).toEqual([...new Set(percents)].sort((a, b) => a - b));
        const sets = actions.filter(({ kind }) => kind === "set-current");
        expect(sets.length).toBeLessThanOrEqual(1);
        if (percents.length > 0) expect(actions.at(-1)?.kind).toBe("set-current");
      }),
    );
  });

  it("changes nothing that somebody else manages", () => {
    fc.assert(
      fc.property(any, ({ want, seen }) => {
        fc.pre(seen.server?.managerIdentity === "theirs");
        const kinds = planOf(want, seen).actions.map(({ kind }) => kind);
        const changing = [
          "claim",
          "release",
          "ramp",
          "clear-ramp",
          "set-current",
          "delete-version",
        ];
        expect(kinds.filter((kind) => changing.includes(kind))).toEqual([]);
      }),
    );
  });

  it("leaves the old version current, wherever it fails before its end", () => {
    fc.assert(
      fc.property(any, fc.nat(), ({ want, seen }, at) => {
        const { actions } = planOf(want, seen);
        const index = actions.length === 0 ? 0 : at % actions.length;
        const failed = actions[index];
        if (failed === undefined) return;
        const done = actions.slice(0, index);
        if (done.some(({ kind }) => kind === "set-current")) return;
        const there = done.reduce((one, action) => after(one, want, action), seen);
        const end = recoveryOf({ failed, done }, want, seen).reduce(
          (one, action) => after(one, want, action),
          there,
        );
        expect(end.server?.current).toBe(seen.server?.current);
        const share = end.server?.ramping?.buildId;
        const runsOn = end.running.some((one) => one.buildId === want.buildId);
        // What is removed has no share of the work.
        if (!runsOn && there.running.some((one) => one.buildId === want.buildId)) {
          expect(share).not.toBe(want.buildId);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
