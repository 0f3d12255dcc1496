/**
 * Reads what people say of workflows; see ../../input.ts.
 */
import { readFileSync } from "node:fs";
import {
  callersPath,
  countOf,
  idOf,
  jsonOf,
  maxPayloadBytes,
  maxSeconds,
  secondsIn,
} from "../../input.ts";
import { durationText } from "../../output.ts";

/** An argument of a workflow, a signal or a query, as JSON. It is sent as it stands: JavaScript would round its large numbers. */
export function argumentOf(text: string): string {
  jsonOf(text);
  return text.trim();
}

/** An argument that is in a file, by the file's path. */
export function argumentInFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(callersPath(path), "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new Error("There is no such file.", { cause: error });
    if (code === "EISDIR") throw new Error("It is a directory.", { cause: error });
    throw error;
  }
  return argumentOf(text);
}

/** Arguments with one more, which are one payload for the server's limit. */
export function withArgument(before: readonly string[], argument: string): readonly string[] {
  const all = [...before, argument];
  const bytes = all.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  if (bytes <= maxPayloadBytes) return all;
  throw new Error(
    `All arguments have ${bytes} bytes, and Temporal takes ${maxPayloadBytes} (limit.blobSize.error).`,
  );
}

/** The id of a run, which the server makes. */
export function runIdOf(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw new Error("It must be a UUID, as `resource-temporal workflow list` shows it.");
}

/** The number of an event in a workflow's history, from 1. */
export function eventIdOf(text: string): number {
  const id = countOf(text);
  if (id > 0 && Number.isSafeInteger(id)) return id;
  throw new Error(
    "It must be an event's number, as `resource-temporal workflow history` shows it.",
  );
}

/** A timeout, in seconds; the server takes none for one without a limit. */
export function timeoutOf(text: string): number {
  const seconds = secondsIn(text);
  if (seconds > 0 && seconds <= maxSeconds) return seconds;
  throw new Error(`It must be from 1s to ${durationText(maxSeconds)}.`);
}

/** An entry of a memo: its key, and its value as JSON that is sent as it stands. */
export function memoOf(text: string): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`It must be key=JSON, such as team='"billing"'.`);
  try {
    return { [text.slice(0, at)]: argumentOf(text.slice(at + 1)) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(said.replace(/^It /, "Its value "), { cause: error });
  }
}

/** Values that a search attribute may have; the server knows its type. */
export type SearchAttributeValue = string | number | boolean | string[];

/** A search attribute: its name, and its value as JSON. */
export function searchAttributeOf(text: string): Readonly<Record<string, SearchAttributeValue>> {
  return Object.fromEntries(
    Object.entries(memoOf(text)).map(([name, json]) => {
      const value = jsonOf(json);
      if (isSearchAttributeValue(value)) return [idOf(name), value];
      throw new Error("Its value must be a text, a number, true, false or a list of texts.");
    }),
  );
}

function isSearchAttributeValue(value: unknown): value is SearchAttributeValue {
  if (Array.isArray(value)) return value.every((one) => typeof one === "string");
  return ["string", "number", "boolean"].includes(typeof value);
}

/** What happens when a workflow of the id runs, by the names of Temporal's CLI and those of its SDK. */
export const idConflictPolicies = {
  Fail: "FAIL",
  UseExisting: "USE_EXISTING",
  TerminateExisting: "TERMINATE_EXISTING",
} as const;

/** Whether an id may be that of a workflow that has ended, by the names of Temporal's CLI and those of its SDK. */
export const idReusePolicies = {
  AllowDuplicate: "ALLOW_DUPLICATE",
  AllowDuplicateFailedOnly: "ALLOW_DUPLICATE_FAILED_ONLY",
  RejectDuplicate: "REJECT_DUPLICATE",
} as const;

/** Places of a history to which a workflow is reset. */
export const resetPoints = ["first-workflow-task", "last-workflow-task"] as const;

/** One of {@link resetPoints}. */
export type ResetPoint = (typeof resetPoints)[number];
