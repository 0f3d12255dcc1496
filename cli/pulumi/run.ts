/**
 * Runs `pulumi` for the user: on the user's terminal, with the user's signals.
 */
import { constants } from "node:os";
import { execa } from "execa";
import { defined } from "../../platform/defined.ts";
import { UserError } from "../../offline/user-error.ts";
import { keepingStackFile, stackFile } from "./stack-file.ts";
import { explained, type StackPlace } from "./stack.ts";

/**
 * Runs `pulumi <command>` on the stack.
 *
 * @param more Variables besides the place's own.
 * @param cancel Has it finish what it is doing, and begin nothing more.
 * @returns The exit code.
 */
export async function runPulumi(
  { circumstances, environment, stack }: StackPlace,
  command: readonly string[],
  more: Readonly<Record<string, string>> = {},
  cancel?: AbortSignal,
): Promise<number> {
  const { project } = circumstances.paths;
  return keepingStackFile(stackFile(project, stack), () =>
    runAttached(circumstances.cli.path, [...command, "--stack", stack], {
      cwd: project,
      env: { ...environment, ...more },
      ...defined({ cancel }),
    }),
  );
}

/** Where and with what a program runs. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends it what Ctrl-C sends. */
  readonly cancel?: AbortSignal;
}

/**
 * Runs a program on this process's terminal to its end, passing on what is to end it.
 *
 * @returns Its exit code; 128 and the signal's number when a signal ended it.
 */
export async function runAttached(
  program: string,
  args: readonly string[],
  { cancel, ...surroundings }: Surroundings,
): Promise<number> {
  const child = execa(program, args, {
    ...surroundings,
    extendEnv: false,
    stdio: "inherit",
    reject: false,
  });
  // A terminal sends Ctrl-C to the child as well, and a second one would make pulumi give up in the middle of things.
  const interrupt = (): void => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  };
  const terminate = (): void => {
    child.kill("SIGTERM");
  };
  const cancelled = (): void => {
    child.kill("SIGINT");
  };
  cancel?.addEventListener("abort", cancelled);
  process.once("SIGINT", interrupt).on("SIGINT", ignore);
  process.on("SIGTERM", terminate).on("SIGHUP", terminate);
  try {
    const { exitCode, signal } = await child;
    return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
  } finally {
    cancel?.removeEventListener("abort", cancelled);
    process.off("SIGINT", interrupt).off("SIGINT", ignore);
    process.off("SIGTERM", terminate).off("SIGHUP", terminate);
  }
}

function ignore(): void {
  // The child ends by itself; only then do we.
}

/**
 * The stack's outputs with secrets in clear; undefined when there is no such stack.
 *
 * @throws UserError with Pulumi's own words when the state cannot be read.
 */
export async function stackOutputs({
  circumstances,
  environment,
  stack,
}: StackPlace): Promise<unknown> {
  const { project } = circumstances.paths;
  const { stdout, stderr, failed } = await keepingStackFile(stackFile(project, stack), () =>
    execa(
      circumstances.cli.path,
      ["stack", "output", "--json", "--show-secrets", "--stack", stack],
      { cwd: project, env: environment, reject: false },
    ),
  );
  if (!failed) return JSON.parse(stdout) as unknown;
  if (stderr.includes("no stack named")) return undefined;
  throw new UserError(explained(stderr, stack));
}
