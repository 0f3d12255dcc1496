/**
 * What becomes of versions that are not wanted any more.
 */
import type { Action } from "./actions.ts";
import { type Part, secondsSince } from "./rollout.ts";
import type { ServerVersion, Situation } from "./situation.ts";
import type { Wanted } from "./wanted.ts";

/** Stops versions without work, and deletes their records once their time is over. */
export function sweepPart(wanted: Wanted, situation: Situation): Part {
  const { running, startable, server } = situation;
  const versions = server?.versions ?? [];
  const known = new Map(versions.map((version) => [version.buildId, version]));
  const others = [...new Set([...known.keys(), ...running.map(({ buildId }) => buildId)])].filter(
    (buildId) => buildId !== wanted.buildId,
  );
  const parts = others.map((buildId): Part => {
    const version = known.get(buildId);
    const runs = running.some((one) => one.buildId === buildId);
    if (version === undefined) {
      return { actions: runs ? [stop(buildId, "the server does not know it")] : [], notes: [] };
    }
    return versionPart({ version, runs, ours: runs || buildId in startable }, wanted, situation);
  });
  return {
    actions: parts.flatMap(({ actions }) => actions),
    notes: parts.flatMap(({ notes }) => notes),
  };
}

/** A version that the server knows, and what of it is ours. */
interface OtherVersion {
  readonly version: ServerVersion;
  readonly runs: boolean;
  readonly ours: boolean;
}

function versionPart(other: OtherVersion, wanted: Wanted, situation: Situation): Part {
  const { version, runs, ours } = other;
  const { buildId, status, openPinned = 0 } = version;
  switch (status) {
    case "Draining":
      return { actions: [], notes: [`version ${buildId} drains${pinned(openPinned)}`] };
    case "Inactive":
      if (openPinned > 0) {
        return { actions: [], notes: [`version ${buildId} stays${pinned(openPinned)}`] };
      }
      // Somebody else may be about to use it.
      if (!ours) return { actions: [], notes: [] };
      return runs
        ? { actions: [stop(buildId, "it has no work")], notes: [] }
        : recordPart(buildId, wanted, situation);
    case "Drained": {
      const { scaleDownAfterSeconds, deleteAfterSeconds } = wanted;
      const drained = secondsSince(version.since, situation.now);
      const stopAt = scaleDownAfterSeconds ?? deleteAfterSeconds;
      const deleteAt = (scaleDownAfterSeconds ?? 0) + deleteAfterSeconds;
      if (runs && drained >= stopAt) {
        return { actions: [stop(buildId, "it has drained")], notes: [] };
      }
      if (drained >= deleteAt) return recordPart(buildId, wanted, situation);
      const left = Math.ceil(deleteAt - drained);
      return { actions: [], notes: [`version ${buildId} has drained, and goes in ${left} s`] };
    }
    case "Current":
    case "Ramping":
    case "Unspecified":
      return { actions: [], notes: [] };
  }
}

/** The record of a version that has no work and runs no more. It goes when the server has forgotten its pollers, which may be in a later deployment. */
function recordPart(
  buildId: string,
  { managerIdentity }: Wanted,
  { server, polled }: Situation,
): Part {
  const manager = server?.managerIdentity ?? managerIdentity;
  if (manager !== managerIdentity) return { actions: [], notes: [] };
  if (polled.includes(buildId)) {
    const notes = [
      `the record of version ${buildId} goes when the server has forgotten its pollers`,
    ];
    return { actions: [], notes };
  }
  return { actions: [{ kind: "delete-version", buildId, skipDrainage: false }], notes: [] };
}

function stop(buildId: string, why: string): Action {
  return { kind: "stop", buildId, why };
}

function pinned(count: number): string {
  if (count === 0) return "";
  return count === 1
    ? ": 1 running workflow is pinned to it"
    : `: ${count} running workflows are pinned to it`;
}
