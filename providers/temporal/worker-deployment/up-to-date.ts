/**
 * What brings containers of versions up to date.
 */
import type { Action } from "./actions.ts";
import type { ServerVersion, Situation } from "./situation.ts";
import type { Wanted } from "./wanted.ts";

/** What brings a version's containers up to date; nothing when they are. */
export function upToDate(
  buildId: string,
  { replicas }: Pick<Wanted, "replicas">,
  { running, startable }: Pick<Situation, "running" | "startable">,
): readonly Action[] {
  const found = running.find((one) => one.buildId === buildId);
  if (found === undefined) return [{ kind: "start", buildId, replicas }];
  const asWanted =
    found.fingerprint === startable[buildId] &&
    (replicas === undefined || found.replicas === replicas);
  if (asWanted) return [];
  const none = found.replicas === 0 && replicas !== undefined;
  return [{ kind: none ? "start" : "roll", buildId, replicas }];
}

/** Brings other versions up to date that still have work, or may get some. */
export function othersUpToDate(wanted: Wanted, situation: Situation): readonly Action[] {
  return (situation.server?.versions ?? [])
    .filter((version) => version.buildId !== wanted.buildId)
    .filter((version) => version.buildId in situation.startable && mayHaveWork(version))
    .flatMap(({ buildId }) => upToDate(buildId, wanted, situation));
}

/** Whether a version's workers may be needed. */
export function mayHaveWork({ status, openPinned = 0 }: ServerVersion): boolean {
  return status === "Inactive" ? openPinned > 0 : status !== "Drained";
}
