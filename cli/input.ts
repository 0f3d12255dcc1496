/**
 * Reads what people type, before anything is sent. Every function throws an Error with one line that says what is wrong.
 */
import { resolve } from "node:path";

/** A path as the user means it: relative to where the command was typed, which npm and cli/bin say by INIT_CWD. */
export function callersPath(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? "", path);
}

/** A whole number. */
export function countOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error("It must be a whole number, such as 50.");
}

/** How many of a list are wanted: one at least. */
export function limitOf(text: string): number {
  const count = countOf(text);
  if (count > 0 && Number.isSafeInteger(count)) return count;
  throw new Error("It must be a whole number from 1, such as 50.");
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** A duration such as 30s, 5m, 2h or 30d, in seconds. */
export function secondsIn(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new Error("It must be a time such as 30s, 5m, 2h or 30d.");
  return Number(count) * secondsOf[unit as keyof typeof secondsOf];
}

/** The longest duration, in seconds, to which the server cuts without a word (`maxAllowedDuration`, temporal/common/primitives/timestamp/duration.go). */
export const maxSeconds = 100 * 365 * secondsOf.d;

/** The longest id, in bytes: `limit.maxIDLength` as the platform sets it; the server compares the length in bytes. */
export const maxIdBytes = 255;

/** An id or a name that Temporal takes. */
export function idOf(text: string): string {
  if (text.trim() === "") throw new Error("It must not be empty.");
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxIdBytes) return text;
  throw new Error(`It has ${bytes} bytes, and Temporal takes ${maxIdBytes}.`);
}

/** The largest payload, in bytes: the server's default of `limit.blobSize.error` (temporal/common/dynamicconfig/constants.go). */
export const maxPayloadBytes = 2 * 1024 * 1024;

/** A value as JSON, not larger than the server takes. */
export function jsonOf(text: string): unknown {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxPayloadBytes) {
    throw new Error(
      `It has ${bytes} bytes, and Temporal takes ${maxPayloadBytes} (limit.blobSize.error).`,
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`It is not JSON: ${jsonFault(text, said)}.`, { cause: error });
  }
}

/** What V8 says of a text that is no JSON, with the place, which it tells of some faults only. */
function jsonFault(text: string, said: string): string {
  const [, reason = "", position] = /^(.*?)(?: in JSON)? at position (\d+)/s.exec(said) ?? [];
  const ends = said.startsWith("Unexpected end");
  const at = position === undefined ? (ends ? text.length : unexpectedAt(text)) : Number(position);
  const lines = text.slice(0, at).split("\n");
  const place = `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
  if (position !== undefined)
    return `${reason.charAt(0).toLowerCase()}${reason.slice(1)} at ${place}`;
  return `unexpected ${ends ? "end" : JSON.stringify(text.charAt(at))} at ${place}`;
}

/** Where the character is that V8 did not expect: at the end of the shortest beginning with the same fault. */
function unexpectedAt(text: string): number {
  let [sound, faulty] = [0, text.length];
  while (faulty - sound > 1) {
    const middle = Math.floor((sound + faulty) / 2);
    if (hasUnexpected(text.slice(0, middle))) faulty = middle;
    else sound = middle;
  }
  return sound;
}

function hasUnexpected(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return error instanceof Error && error.message.endsWith("is not valid JSON");
  }
}

/** Closing of what a visibility query may open. */
const closing: Readonly<Record<string, string>> = { "'": "'", '"': '"', "`": "`" };

/**
 * A visibility query whose quotes and brackets are closed, such as `WorkflowType = 'Order' AND ExecutionStatus = 'Running'`; the server judges the
 * rest.
 */
export function queryOf(text: string): string {
  const open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const quote = closing[character];
    if (quote !== undefined) {
      const end = text.indexOf(quote, at + 1);
      if (end === -1) throw new Error(`The ${character} at position ${at + 1} is not closed.`);
      at = end;
    } else if (character === "(") open.push(at);
    else if (character === ")" && open.pop() === undefined) {
      throw new Error(`The ) at position ${at + 1} closes nothing.`);
    } else if (character === ";") {
      throw new Error(`A ; at position ${at + 1} has no place in a query.`);
    }
  }
  const last = open.pop();
  if (last !== undefined) throw new Error(`The ( at position ${last + 1} is not closed.`);
  return text;
}
