/**
 * What differs between the last deployment, what became of it, and what the program wants.
 */
import { changes } from "../../../../providers/protocol/diff.ts";
import type { Difference, Differences, Known } from "../../../../providers/protocol/provider.ts";
import type { Properties } from "../../../../providers/protocol/values.ts";
import { progressOf } from "../await/progress.ts";
import { annotation, type Manifest } from "../manifest.ts";
import { drift } from "./drift.ts";
import { isImmutable } from "./immutable.ts";

/** What an object is replaced by that did not become ready, where the program has it so. */
export function replacementIfUnready(live: Manifest): readonly Difference[] {
  return progressOf(live).state === "ready"
    ? []
    : [{ path: "status", kind: "update", by: "replace", seen: "state" }];
}

/** The differences of an object. Where its name is the program's, the old one must go before the new one can be made. */
export function differences(
  { inputs: before, outputs }: Known,
  inputs: Properties,
  mutableConfigMaps = false,
): Differences {
  const object = inputs as Manifest;
  const changed = changes(before, inputs);
  const paths = new Set(changed.map(({ path }) => path));
  const drifted = drift(inputs, outputs).filter(({ path }) => !paths.has(path));
  const told = [
    ...changed.map((change) => ({ ...change, seen: "inputs" as const })),
    ...drifted.map((change) => ({ ...change, seen: "state" as const })),
  ].map((change): Difference => ({
    ...change,
    by: isImmutable(object, change.path, mutableConfigMaps) ? "replace" : "update",
  }));
  const renamed = told.some(({ path }) => /^metadata\.(name|namespace)$/.test(path));
  const autonamed = annotation(before, "autonamed") === "true";
  return {
    properties: told,
    replacement: renamed || autonamed ? "create before delete" : "delete before create",
  };
}
