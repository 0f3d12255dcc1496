/**
 * Where a stack is, for commands that only read and change nothing.
 */
import { pathsOf } from "../offline/paths.ts";
import { findCli } from "./pulumi/cli.ts";
import { childEnvironment } from "./pulumi/environment.ts";
import type { StackPlace } from "./pulumi/stack.ts";
import { findState } from "./pulumi/state.ts";
import { UserError } from "../offline/user-error.ts";

/**
 * Finds a stack on a machine that the bootstrap has been on.
 *
 * @throws UserError when there is no Pulumi CLI.
 */
export async function findPlace(stack: string): Promise<StackPlace> {
  const paths = pathsOf(process.env);
  const cli = await findCli(paths, process.env["PATH"] ?? "");
  if (cli === undefined) throw new UserError("there is no Pulumi CLI: run `npm run up` first");
  const state = await findState(paths, cli, process.env);
  const circumstances = { paths, cli, state };
  return { circumstances, environment: childEnvironment(circumstances, process.env), stack };
}
