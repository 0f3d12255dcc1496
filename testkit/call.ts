/**
 * The circumstances of a call to a resource type, without an engine.
 */
import type { Call } from "../providers/protocol/provider.ts";

/** A call that is no preview, of a resource named `it`, with what a test says differently. */
export function callOf(more: Partial<Call> = {}): Call {
  return {
    name: "it",
    preview: false,
    signal: new AbortController().signal,
    seed: new Uint8Array(),
    timeoutSeconds: 0,
    ignored: [],
    ...more,
  };
}
