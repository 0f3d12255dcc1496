/**
 * What all commands that change a stack have in common.
 */
import type { Ready } from "../bootstrap.ts";
import { removeUnfinished } from "../interrupted/index.ts";
import { hasDrifted, presentOnEngine } from "../pulumi/drift.ts";
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
  if ((await clearStaleLocks(ready, console.log)) === "free" && ready.state !== undefined) {
    await removeUnfinished(ready, ready.state, console.log);
  }
  console.log();
  return runPulumi(ready, command, variables);
}

/**
 * Runs `pulumi up` without asking. There is no preview before it: `npm run preview` is for that, and the program touches nothing before its
 * guard has agreed. What was stopped or removed behind Pulumi's back is noticed and put back.
 */
export async function deployUp(
  ready: Ready,
  more: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { state, environment } = ready;
  const drifted =
    state === undefined ||
    (await hasDrifted(state, (host) => presentOnEngine(host ?? environment["DOCKER_HOST"])));
  const refresh = drifted ? ["--refresh"] : [];
  return deploy(ready, ["up", "--yes", "--skip-preview", ...refresh, ...more], variables);
}
