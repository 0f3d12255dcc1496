/**
 * What all commands that change a stack have in common.
 */
import type { Ready } from "../bootstrap.ts";
import { removeUnfinished } from "../interrupted/index.ts";
import { clearStaleLocks } from "../pulumi/locks.ts";
import { runPulumi } from "../pulumi/run.ts";

/**
 * Runs `pulumi` on a stack after clearing away what a killed deployment has left. Gives the exit code.
 *
 * @param variables Variables of the environment besides those of the bootstrap.
 */
export async function deploy(
  ready: Ready,
  command: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  // What a deployment that still runs is making is nobody else's to remove.
  if ((await clearStaleLocks(ready, console.log)) === "free") {
    await removeUnfinished(ready, console.log);
  }
  console.log();
  return runPulumi(ready, command, variables);
}
