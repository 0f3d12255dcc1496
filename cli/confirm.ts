/**
 * Asks before something is done that cannot be undone.
 */
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { UserError } from "../offline/user-error.ts";

/** What is about to be done. */
export interface Undertaking {
  /** What it does, as a sentence. */
  readonly warning: string;
  /** What must be typed, such as "the schedule's id". */
  readonly what: string;
  /** The text that must be typed. */
  readonly answer: string;
  /** The option by which nobody is asked; `--yes` by default. */
  readonly withoutAsking?: string;
}

/** Where people are asked. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream;
}

/**
 * Lets somebody type what is meant.
 *
 * @throws UserError when there is no terminal to ask on, or the answer is another one.
 */
export async function confirm(
  { warning, what, answer, withoutAsking = "--yes" }: Undertaking,
  { stdin, stdout }: Terminal = process,
): Promise<void> {
  if (stdin.isTTY !== true) {
    throw new UserError(
      `nothing was done, because there is no terminal to confirm it on: add ${withoutAsking}. ${warning}`,
    );
  }
  const terminal = createInterface({ input: stdin, output: stdout });
  try {
    const typed = await Promise.race([
      terminal.question(`${warning}\nType ${what} to go on: `),
      // Ctrl-D is no answer, and the question would wait for ever.
      once(terminal, "close").then(() => ""),
    ]);
    if (typed.trim() !== answer) throw new UserError(`nothing was done: that is not ${answer}`);
  } finally {
    terminal.close();
  }
}
