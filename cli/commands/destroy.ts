/**
 * `npm run destroy`.
 */
import { bootstrap } from "../bootstrap.ts";
import { confirm } from "../confirm.ts";
import type { StackState } from "../pulumi/export.ts";
import { runPulumi } from "../pulumi/run.ts";
import { UserError } from "../../offline/user-error.ts";
import { deployDestroy } from "./deploy.ts";

/** How `destroy` is to go about it. */
export interface DestroyOptions {
  /** Without asking. */
  readonly yes?: boolean;
  /** The stack as well, with its history. */
  readonly remove?: boolean;
  /** The words that have it done without asking. */
  readonly withoutAsking?: string;
}

/**
 * Removes everything of the stack, data too, after asking. Gives the exit code.
 *
 * @throws UserError when data is protected, or when it may not ask and was not told, or was answered with something else.
 */
export async function destroy(
  stack: string,
  {
    yes = false,
    remove = false,
    withoutAsking = "--yes (npm run destroy -- --yes)",
  }: DestroyOptions,
  more: readonly string[],
): Promise<number> {
  if (!yes) {
    await confirm({
      warning: `This removes everything of stack ${stack}: containers, networks, and all data.`,
      what: "the stack's name",
      answer: stack,
      withoutAsking,
    });
  }
  const ready = await bootstrap(stack, { images: false, kubernetes: "required" });
  refuseProtected(stack, ready.state);
  const exitCode = await deployDestroy(ready, more);
  if (exitCode !== 0 || !remove) return exitCode;
  // `destroy --remove` would remove the committed stack file as well.
  return runPulumi(ready, ["stack", "rm", "--yes", "--preserve-config"]);
}

/**
 * Refuses before anything goes: Pulumi itself would remove all that stands before the first protected resource.
 *
 * @throws UserError that names what is protected.
 */
export function refuseProtected(stack: string, state: StackState | undefined): void {
  const names = (state?.resources ?? [])
    .filter(({ protect }) => protect === true)
    .map(({ urn }) => urn.split("::").at(-1) ?? urn);
  if (names.length === 0) return;
  throw new UserError(
    `nothing was removed: data of stack ${stack} is protected (${names.join(", ")}). Set onDestroy of its clusters to delete or keep, run \`npm run up\`, and then destroy again`,
  );
}
