/**
 * How the wanted version comes to be current.
 */
import type { Action } from "./actions.ts";
import type { Situation } from "./situation.ts";
import { upToDate } from "./up-to-date.ts";
import type { Wanted } from "./wanted.ts";

/** A part of a plan. */
export interface Part {
  readonly actions: readonly Action[];
  /** What stays as it is, and why; sentences for people. */
  readonly notes: readonly string[];
}

/** Starts the wanted version, checks it, and gives it the tasks as the rollout says. */
export function rolloutPart(wanted: Wanted, situation: Situation): Part {
  const { buildId } = wanted;
  const { server, desired } = situation;
  const start = upToDate(buildId, wanted, situation);
  const isCurrent = server?.current === buildId;
  // One that is current already is waited for only when it has been touched: whether it works meanwhile is not a rollout's to judge.
  const waits = start.length > 0 || (!isCurrent && !desired.polls);
  const checked: readonly Action[] = [
    ...start,
    ...(waits
      ? [
          {
            kind: "await-pollers",
            buildId,
            taskQueues: wanted.taskQueues,
            timeoutSeconds: wanted.pollersTimeoutSeconds,
          } as const,
        ]
      : []),
    ...gateActions(wanted, situation),
  ];
  const { actions, notes } = isCurrent
    ? { actions: othersRampCleared(wanted, situation), notes: [] }
    : routing(wanted, situation);
  return { actions: [...checked, ...actions], notes };
}

/** The gate, for a version that never had tasks and has not passed it yet. */
function gateActions({ gate, buildId }: Wanted, { server, desired }: Situation): readonly Action[] {
  const hasTasks = server?.current === buildId || server?.ramping?.buildId === buildId;
  if (gate === undefined || hasTasks || desired.gatePassed) return [];
  return wasCurrent(buildId, server) ? [] : [{ kind: "run-gate", buildId, gate }];
}

/** How a checked version that is not current gets there. */
function routing(wanted: Wanted, situation: Situation): Part {
  const { buildId, rollout, deploymentName } = wanted;
  const { server, unversioned } = situation;
  const current = server?.current;
  const atOnce: Part = {
    actions: [
      ...othersRampCleared(wanted, situation),
      { kind: "set-current", buildId, instead: current },
    ],
    notes: [],
  };
  // Going back to a version that has proved itself is urgent.
  if (wasCurrent(buildId, server)) return atOnce;
  // Nobody would take the rest of the tasks.
  if (current === undefined && unversioned === "none") return atOnce;
  switch (rollout.kind) {
    case "all-at-once":
      return atOnce;
    case "progressive":
      if (current === undefined && unversioned === "some") return atOnce;
      return {
        actions: [
          ...stepActions(wanted, rollout.steps, situation),
          { kind: "set-current", buildId, instead: current },
        ],
        notes: [],
      };
    case "manual":
      return {
        actions: [],
        notes: [
          `version ${buildId} is not current, which the rollout leaves to you: \`temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id ${buildId}\``,
        ],
      };
  }
}

/** The steps that are left; a pause that has begun is over when the server's own time says so. */
function stepActions(
  { buildId }: Wanted,
  steps: readonly { readonly percent: number; readonly pauseSeconds: number }[],
  { server, now }: Situation,
): readonly Action[] {
  const ramping = server?.ramping?.buildId === buildId ? server.ramping : undefined;
  // The server keeps percentages in single precision.
  const reached = Math.fround(ramping?.percent ?? 0);
  return steps.flatMap(({ percent, pauseSeconds }): readonly Action[] => {
    const own = Math.fround(percent);
    if (own < reached) return [];
    const begun = own === reached ? secondsSince(ramping?.since, now) : 0;
    const seconds = Math.ceil(pauseSeconds - Math.max(0, begun));
    const pause: readonly Action[] =
      seconds > 0 ? [{ kind: "pause", buildId, percent, seconds }] : [];
    return own === reached ? pause : [{ kind: "ramp", buildId, percent }, ...pause];
  });
}

/** Takes its share from whom the program does not mean. Making a version current leaves another one's share as it is. */
function othersRampCleared({ buildId }: Wanted, { server }: Situation): readonly Action[] {
  const ramping = server?.ramping;
  if (ramping === undefined || ramping.buildId === buildId) return [];
  return [{ kind: "clear-ramp", from: ramping.buildId }];
}

function wasCurrent(buildId: string, server: Situation["server"]): boolean {
  return server?.versions.some((one) => one.buildId === buildId && one.everCurrent) ?? false;
}

/** Seconds since a moment; endless for none. */
export function secondsSince(moment: string | undefined, now: Date): number {
  return moment === undefined ? Infinity : (now.getTime() - Date.parse(moment)) / 1000;
}
