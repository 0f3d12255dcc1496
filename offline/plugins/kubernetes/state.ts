/**
 * What the stack's state keeps of an object: the object itself, and what the vendor's plugin looks for in a state that it is to go on with.
 */
import type { Properties } from "../../../providers/protocol/values.ts";
import { fieldManager } from "./cluster.ts";
import type { Manifest } from "./manifest.ts";

/** Pulumi's mark of a secret value (sdk/go/common/resource, SigKey and SecretSig). */
const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** The state of an object. What a Secret holds is marked: the program's own mark is on `stringData`, which no server gives back. */
export function stateOf(object: Manifest): Properties {
  const { data } = object;
  const hidden = object.kind === "Secret" && data !== undefined;
  return {
    ...object,
    ...(hidden ? { data: { ...secretMark, value: data } } : {}),
    __fieldManager: fieldManager,
    __initialApiVersion: object.apiVersion,
  };
}
