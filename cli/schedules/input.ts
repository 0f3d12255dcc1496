/**
 * Reads what people say of schedules; see ../input.ts.
 */
import {
  maxNoteBytes,
  type OverlapPolicy,
  overlapPolicyNames,
} from "../../platform/schedule/spec.ts";

export { type OverlapPolicy, overlapPolicyNames } from "../../platform/schedule/spec.ts";

/** Why a schedule is paused or runs again. The server takes an empty note for no order at all. */
export function noteOf(text: string): string {
  if (text.trim() === "") throw new Error("It must not be empty.");
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxNoteBytes) return text;
  throw new Error(`It has ${bytes} bytes, and Temporal takes ${maxNoteBytes}.`);
}

/** What may happen when a run is due while another one still goes on, by the names of Temporal's CLI and those of its SDK. */
export const overlapPolicies = {
  Skip: "SKIP",
  BufferOne: "BUFFER_ONE",
  BufferAll: "BUFFER_ALL",
  CancelOther: "CANCEL_OTHER",
  TerminateOther: "TERMINATE_OTHER",
  AllowAll: "ALLOW_ALL",
} as const satisfies Readonly<Record<OverlapPolicy, string>>;

/** The policy that the SDK names. */
export function overlapPolicyOf(sdkName: string | undefined): OverlapPolicy | undefined {
  return overlapPolicyNames.find((name) => overlapPolicies[name] === sdkName);
}
