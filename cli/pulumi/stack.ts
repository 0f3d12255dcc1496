/**
 * The stack: made when it is missing, and selected, so that plain `pulumi up` means it.
 */
import { execa } from "execa";
import type { Report } from "../../offline/steps.ts";
import { UserError } from "../../offline/user-error.ts";
import type { Circumstances } from "./environment.ts";
import { keepingStackFile, stackFile } from "./stack-file.ts";
import type { Environment } from "./state.ts";

/** A stack and what `pulumi` needs to find it. */
export interface StackPlace {
  readonly circumstances: Circumstances;
  /** Environment for `pulumi`. */
  readonly environment: Environment;
  readonly stack: string;
}

/**
 * Selects the stack, and makes it when it is missing.
 *
 * @throws UserError with Pulumi's own words, and what to do where they do not say it.
 */
export async function ensureStack(place: StackPlace, report: Report): Promise<void> {
  const { circumstances, environment, stack } = place;
  const { project } = circumstances.paths;
  const result = await keepingStackFile(stackFile(project, stack), () =>
    execa(circumstances.cli.path, ["stack", "select", stack, "--create", "--non-interactive"], {
      cwd: project,
      env: environment,
      reject: false,
    }),
  );
  if (result.failed) throw new UserError(explained(result.stderr, stack));
  if (/^Created stack/m.test(result.stderr + result.stdout)) {
    report(`  stack ${stack} was made; its state is in ${circumstances.state.url}`);
  }
}

/** Pulumi's last error line, with what to do about it where Pulumi does not say. */
export function explained(stderr: string, stack: string): string {
  const line =
    stderr
      .split("\n")
      .findLast((text) => text.startsWith("error:"))
      ?.replace(/^error:\s*/, "") ?? stderr.trim();
  // About the salt in the state Pulumi says what to do; about the one in the stack's file it does not.
  const advice = line.endsWith("incorrect passphrase")
    ? `: Pulumi.${stack}.yaml has the encryptionsalt of another passphrase; set PULUMI_CONFIG_PASSPHRASE to that one, or remove the line`
    : "";
  return `stack ${stack}: ${line}${advice}`;
}
