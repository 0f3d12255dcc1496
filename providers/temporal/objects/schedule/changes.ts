/**
 * What of a schedule's inputs has changed.
 */
import { changes } from "../../../protocol/diff.ts";
import type { CheckFailure, Difference, Differences, Known } from "../../../protocol/provider.ts";
import type { Properties } from "../../../protocol/values.ts";
import { digestsOf, partsOf } from "./parts.ts";

/** Keys that are the program's business only while it names them. */
const optional = ["paused", "note", "memo"];

/** What differs from the last deployment; another spelling of the same spec or action is no difference. */
export function differences({ inputs: before }: Known, after: Properties): Differences {
  const found = changes(before, after)
    .map((change): Difference => ({
      ...change,
      by: ["namespace", "scheduleId"].includes(change.path) ? "replace" : "update",
      seen: "inputs",
    }))
    .filter(({ path, kind }) => !(kind === "delete" && optional.includes(path)))
    // It matters only when one is made; and an imported one does not know where its data lives.
    .filter(({ path }) => path !== "existing" && !(isBelow(path, "store") && isEmpty(before)));
  const parts = (["spec", "action"] as const).filter((part) => isSame(part, before, after));
  const told = found.filter(({ path }) => !parts.some((part) => isBelow(path, part)));
  const untold = (["spec", "action"] as const).filter(
    (part) =>
      !told.some(({ path, by }) => by === "replace" || isBelow(path, part)) &&
      !parts.includes(part),
  );
  return {
    properties: [
      ...told,
      // Such as an argument that is null, where there was none.
      ...untold.map((path) => ({ path, kind: "update", by: "update", seen: "inputs" }) as const),
    ],
    replacement: "create before delete",
  };
}

function isBelow(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`);
}

function isEmpty({ store }: Properties): boolean {
  return Object.keys(store ?? {}).length === 0;
}

function isSame(part: "spec" | "action", before: Properties, after: Properties): boolean {
  try {
    return digestsOf(partsOf(before))[part] === digestsOf(partsOf(after))[part];
  } catch {
    // A value is not known yet.
    return false;
  }
}

/** Refuses another memo: the server changes it with no schedule (`UpdateSchedule`, temporal/service/frontend/workflow_handler.go). */
export function memoFailures(olds: Properties, news: Properties): readonly CheckFailure[] {
  const same = ["namespace", "scheduleId", "store"].every(
    (key) => changes(olds[key], news[key]).length === 0,
  );
  const [before, after] = [olds["memo"], news["memo"]];
  if (!same || before === undefined || after === undefined) return [];
  if (changes(before, after).length === 0) return [];
  return [{ property: "memo", reason: memoFault }];
}

/** Why a memo is not taken. */
export const memoFault =
  "Temporal never changes the memo of a schedule: put it back, leave it out, or give the schedule another id";
