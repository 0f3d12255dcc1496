/**
 * What of the inputs a live object does not have: somebody else changed it.
 */
import { type Change, member } from "../../../../providers/protocol/diff.ts";
import { holdsUnknown, type Properties } from "../../../../providers/protocol/values.ts";
import { isNothing, sameValue } from "./quantity.ts";

/** Members by which the server knows the elements of lists, the most telling first (the merge keys of k8s.io/api). */
const listKeys = ["name", "mountPath", "containerPort", "topologyKey", "key", "ip", "type"];

/** The changes from a live object to the inputs. What the inputs do not name is not theirs. */
export function drift(inputs: Properties, live: Properties): readonly Change[] {
  return members(withData(inputs), live, "");
}

function differing(wanted: unknown, live: unknown, path: string): readonly Change[] {
  if (isNothing(wanted) && isNothing(live)) return [];
  if (live === undefined) return holdsUnknown(wanted) ? [] : [{ path, kind: "add" }];
  if (Array.isArray(wanted) && Array.isArray(live)) return elements(wanted, live, path);
  if (isObject(wanted) && isObject(live)) return members(wanted, live, path);
  return holdsUnknown(wanted) || sameValue(wanted, live) ? [] : [{ path, kind: "update" }];
}

function members(wanted: Properties, live: Properties, path: string): readonly Change[] {
  return Object.entries(wanted).flatMap(([key, value]) =>
    differing(value, live[key], member(path, key)),
  );
}

function elements(
  wanted: readonly unknown[],
  live: readonly unknown[],
  path: string,
): readonly Change[] {
  const key = listKeys.find((name) => wanted.every((one) => isObject(one) && name in one));
  if (key === undefined && wanted.length !== live.length) return [{ path, kind: "update" }];
  return wanted.flatMap((one, index) => {
    const match =
      key === undefined
        ? live[index]
        : live.find((other) => isObject(other) && isObject(one) && other[key] === one[key]);
    return differing(one, match, `${path}[${index}]`);
  });
}

/** A Secret's text as the server keeps it. */
function withData(inputs: Properties): Properties {
  const { stringData, ...rest } = inputs;
  if (inputs["kind"] !== "Secret" || !isObject(stringData)) return inputs;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    holdsUnknown(value) ? value : Buffer.from(String(value)).toString("base64"),
  ]);
  const data = isObject(rest["data"]) ? rest["data"] : {};
  return { ...rest, data: { ...data, ...(Object.fromEntries(encoded) as Properties) } };
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
