/**
 * How changed inputs reach an object.
 */
import { changes } from "../../protocol/diff.ts";
import type { Differences, Known } from "../../protocol/provider.ts";
import type { Properties } from "../../protocol/values.ts";

/**
 * In place, but for those that name the object.
 *
 * @param names Inputs of which another value is another object.
 */
export function inPlaceBut(
  ...names: readonly string[]
): (known: Known, inputs: Properties) => Differences {
  return (known, inputs) => ({
    properties: changes(known.inputs, inputs).map((change) => ({
      ...change,
      by: names.includes(change.path) ? "replace" : "update",
      seen: "inputs",
    })),
    replacement: "create before delete",
  });
}
