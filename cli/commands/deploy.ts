/**
 * What all commands that change a stack have in common.
 */
import type { PreparedStack } from "../bootstrap.ts";
import { removeUnfinished } from "../interrupted/index.ts";
import { driftSources, hasDrifted } from "../drift/index.ts";
import { exportStack, type StackState } from "../pulumi/export.ts";
import { clearStaleLocks } from "../pulumi/locks.ts";
import { runPulumi } from "../pulumi/run.ts";

/** Runs `pulumi destroy` without asking. Gives the exit code. */
export async function deployDestroy(
  ready: PreparedStack,
  more: readonly string[],
): Promise<number> {
  await clearedState(ready);
  return runPulumi(ready, ["destroy", "--yes", "--skip-preview", ...more]);
}

/**
 * Runs `pulumi up` without asking. There is no preview before it: `npm run preview` is for that, and the program changes nothing before its
 * guard has agreed. What was stopped or removed behind Pulumi's back is noticed and put back. Gives the exit code.
 *
 * @param variables Variables of the environment besides those of the bootstrap.
 * @param cancel Has it finish what it is doing, and begin nothing more.
 */
export async function deployUp(
  ready: PreparedStack,
  more: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  cancel?: AbortSignal,
): Promise<number> {
  const state = await clearedState(ready);
  const drifted =
    state === undefined ||
    (await hasDrifted(state, driftSources(ready.environment["DOCKER_HOST"])));
  const refresh = drifted ? ["--refresh"] : [];
  return runPulumi(
    ready,
    ["up", "--yes", "--skip-preview", ...refresh, ...more],
    variables,
    cancel,
  );
}

/** Clears away what a deployment that was killed has left, and gives the stack's state. */
async function clearedState(ready: PreparedStack): Promise<StackState | undefined> {
  const lock = await clearStaleLocks(ready, console.log);
  // The bootstrap read it some seconds ago, when another deployment may have been making what it has made since.
  const isOld = lock !== "free" || (ready.state?.pending.length ?? 0) > 0;
  const state = isOld ? await exportStack(ready) : ready.state;
  // What a deployment that still runs is making is nobody else's to remove.
  if (lock === "free" && state !== undefined) await removeUnfinished(ready, state, console.log);
  console.log();
  return state;
}
