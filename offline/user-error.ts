/**
 * Faults, and how they are told to people.
 */
import { stripVTControlCharacters } from "node:util";
import { ExecaError } from "execa";

/** A fault that the user can mend: one line that says what is wrong and what to do. */
export class UserError extends Error {}

/** How many lines of a failed command's output are shown. */
const shownLines = 15;

/** An error as it is printed: its message, and its stack only where it is a fault of ours. */
export function describeError(error: unknown): string {
  if (error instanceof ExecaError) {
    const { stderr }: { stderr?: unknown } = error;
    const output = stripVTControlCharacters(typeof stderr === "string" ? stderr : "").trimEnd();
    const lines = output === "" ? [] : output.split("\n").slice(-shownLines);
    return [`error: ${error.shortMessage}`, ...lines.map((line) => `  ${line}`)].join("\n");
  }
  const ours = !(error instanceof Error) || /^(Type|Reference|Range|Syntax)Error$/.test(error.name);
  if (ours) return String(error instanceof Error ? error.stack : error);
  return `error: ${error.message}`;
}
