/**
 * Situations of a worker for the planner's tests.
 */
import { type Action, sentenceOf } from "../../../providers/temporal/worker-deployment/actions.ts";
import { type Plan, planOf } from "../../../providers/temporal/worker-deployment/planner.ts";
import type { RunningVersion } from "../../../providers/temporal/worker-deployment/runner.ts";
import type {
  ServerVersion,
  Situation,
  VersionStatus,
} from "../../../providers/temporal/worker-deployment/situation.ts";
import type { Wanted } from "../../../providers/temporal/worker-deployment/wanted.ts";

/** When all of them are. */
export const now = new Date("2026-06-01T12:00:00.000Z");

/** A moment before that, as the server says it. */
export function ago(seconds: number): string {
  return new Date(now.getTime() - seconds * 1000).toISOString();
}

/** Version `new` of a worker, at once, with what a test says differently. */
export function wanted(more: Partial<Wanted> = {}): Wanted {
  return {
    deploymentName: "orders",
    managerIdentity: "ours",
    buildId: "new",
    taskQueues: { orders: ["workflow", "activity"] },
    replicas: 2,
    rollout: { kind: "all-at-once" },
    gate: undefined,
    pollersTimeoutSeconds: 60,
    scaleDownAfterSeconds: undefined,
    deleteAfterSeconds: 0,
    ...more,
  };
}

/** Version `new` in steps to 10, 50 and 75 percent. */
export const inSteps: Wanted = wanted({
  rollout: {
    kind: "progressive",
    steps: [
      { percent: 10, pauseSeconds: 300 },
      { percent: 50, pauseSeconds: 0 },
      { percent: 75, pauseSeconds: 60 },
    ],
  },
});

/** A gate. */
export const gate = { workflowType: "Smoke", taskQueue: "orders", timeoutSeconds: 30 };

/** A version at the server. */
export function version(
  buildId: string,
  status: VersionStatus,
  more: Partial<ServerVersion> = {},
): ServerVersion {
  return { buildId, status, everCurrent: status === "Current", ...more };
}

/** A version that runs as it ought to. */
export function runs(buildId: string, more: Partial<RunningVersion> = {}): RunningVersion {
  return { buildId, replicas: 2, fingerprint: `${buildId} as wanted`, ...more };
}

/** Nothing is known and nothing runs, besides what a test says. */
export function situation(more: Partial<Situation> = {}): Situation {
  return {
    server: undefined,
    desired: { polls: false, gatePassed: false },
    unversioned: "none",
    polled: [],
    running: [],
    startable: { new: "new as wanted", old: "old as wanted" },
    now,
    ...more,
  };
}

/** Version `old` is current, and runs. */
export const oldIsCurrent: Situation = situation({
  server: { managerIdentity: "ours", current: "old", versions: [version("old", "Current")] },
  running: [runs("old")],
});

/** Version `new` runs and polls beside {@link oldIsCurrent}, at a percentage. */
export function newRamps(percent: number, since: string): Situation {
  return situation({
    server: {
      managerIdentity: "ours",
      current: "old",
      ramping: { buildId: "new", percent, since },
      versions: [version("old", "Current"), version("new", "Ramping")],
    },
    running: [runs("old"), runs("new")],
    desired: { polls: true, gatePassed: false },
  });
}

/** Steps in a few words, for tables: kind, build id and percentage. */
export function shortly(actions: readonly Action[]): readonly string[] {
  return actions.map((action) =>
    [
      action.kind,
      ...("buildId" in action && action.buildId !== undefined ? [action.buildId] : []),
      ...("from" in action && action.from !== undefined ? [action.from] : []),
      ...("percent" in action ? [action.percent] : []),
      ...("seconds" in action ? [`${action.seconds} s`] : []),
    ].join(" "),
  );
}

/** The steps of a plan in a few words. */
export function steps(want: Wanted, seen: Situation): readonly string[] {
  return shortly(planOf(want, seen).actions);
}

/** A plan as people read it. */
export function sentences({ actions }: Plan): readonly string[] {
  return actions.map(sentenceOf);
}
