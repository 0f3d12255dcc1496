/**
 * Names that are unique on an engine, and in the program.
 */
import type { Owner } from "../platform/labels.ts";

/** A name with its owner in it, such as `temporal-dev-history-0`. */
export function prefixed(owner: Owner, ...parts: readonly string[]): string {
  return ["temporal", owner.cluster, ...parts].join("-");
}
