/**
 * What is to be done so that a Worker Deployment becomes as the program says. Pure: it asks nobody, so that a preview shows what an `up` does.
 */
import { type Action, routes } from "./actions.ts";
import { type Part, rolloutPart } from "./rollout.ts";
import type { Situation } from "./situation.ts";
import { sweepPart } from "./sweep.ts";
import { othersUpToDate } from "./up-to-date.ts";
import type { Wanted } from "./wanted.ts";

/** What will be done. */
export interface Plan extends Part {
  /** Why nothing may be done at all; undefined when it may. */
  readonly refusal?: string;
}

/** Plans for a worker that is to run. */
export function planOf(wanted: Wanted, situation: Situation): Plan {
  const rollout = rolloutPart(wanted, situation);
  const managed = withManager(wanted, situation, rollout.actions);
  if (typeof managed === "string") return { actions: [], notes: [], refusal: managed };
  const sweep = sweepPart(wanted, situation);
  return {
    // The wanted version comes last: it may fail.
    actions: [...othersUpToDate(wanted, situation), ...sweep.actions, ...managed],
    notes: [...sweep.notes, ...rollout.notes],
  };
}

/** Plans for a worker whose cluster is stopped: nothing runs, and the server is not asked. */
export function stoppedPlan(running: Situation["running"]): Plan {
  const why = "the cluster is stopped";
  return { actions: running.map(({ buildId }) => ({ kind: "stop", buildId, why })), notes: [] };
}

/** A plan that has come to an end at a step that failed. */
export interface FailedPlan {
  readonly failed: Action;
  /** The steps before it. */
  readonly done: readonly Action[];
}

/** What is done after a step that failed, so that the old version goes on as before and nothing of the new one is left. */
export function recoveryOf(
  { failed, done }: FailedPlan,
  { buildId }: Wanted,
  { server }: Situation,
): readonly Action[] {
  const version = server?.versions.find((one) => one.buildId === buildId);
  // It is an old one itself.
  if (version?.everCurrent === true || (version?.openPinned ?? 0) > 0) return [];
  if ("buildId" in failed && failed.buildId !== buildId) return [];
  const inChecks = ["start", "roll", "await-pollers", "run-gate"].includes(failed.kind);
  if (!inChecks && failed.kind !== "claim" && !routes(failed)) return [];
  const hasShare = server?.ramping?.buildId === buildId || done.some(({ kind }) => kind === "ramp");
  // It passed its checks, and works: what could not be changed is for people to judge.
  if (hasShare && !inChecks) return [];
  return [
    ...(hasShare ? [{ kind: "clear-ramp", from: buildId } as const] : []),
    { kind: "stop", buildId, why: "it has failed" },
  ];
}

/** The steps of a worker that goes for good. Its versions' records go as far as the server lets them. */
export function removalPlan(
  { managerIdentity }: Pick<Wanted, "managerIdentity">,
  { server, running }: Pick<Situation, "server" | "running">,
): Plan {
  const mine = server?.managerIdentity === managerIdentity;
  const stops = running.map(({ buildId }): Action => ({
    kind: "stop",
    buildId,
    why: "the worker is removed",
  }));
  if (server === undefined) return { actions: stops, notes: [] };
  const { ramping, current, versions } = server;
  return {
    actions: [
      ...(ramping === undefined ? [] : [{ kind: "clear-ramp", from: ramping.buildId } as const]),
      ...(current === undefined
        ? []
        : [{ kind: "set-current", buildId: undefined, instead: current } as const]),
      ...stops,
      ...versions.map(({ buildId }): Action => ({
        kind: "delete-version",
        buildId,
        skipDrainage: true,
      })),
      ...(mine ? [{ kind: "release" } as const] : []),
      { kind: "delete-deployment" },
    ],
    notes: [],
  };
}

/** Actions with what makes them possible: being the deployment's manager; or why they are not. */
function withManager(
  { managerIdentity, deploymentName, rollout }: Wanted,
  { server }: Situation,
  actions: readonly Action[],
): readonly Action[] | string {
  const manager = server?.managerIdentity;
  const byHand = rollout.kind === "manual";
  if (manager === managerIdentity) return byHand ? [...actions, { kind: "release" }] : actions;
  const first = actions.findIndex(routes);
  if (first === -1) return actions;
  if (manager !== undefined) return foreignManager({ deploymentName, managerIdentity }, manager);
  return byHand ? actions : actions.toSpliced(first, 0, { kind: "claim", managerIdentity });
}

/** Why a deployment that somebody else manages is left alone. */
export function foreignManager(
  { deploymentName, managerIdentity }: Pick<Wanted, "deploymentName" | "managerIdentity">,
  manager: string,
): string {
  return `the Worker Deployment ${deploymentName} is managed by ${manager}, and not by ${managerIdentity}: let that one go on, or unset it (\`temporal worker deployment manager-identity unset --deployment-name ${deploymentName}\`) and run this again`;
}
