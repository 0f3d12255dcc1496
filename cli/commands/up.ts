/**
 * `npm run up`.
 */
import { bootstrap } from "../bootstrap.ts";
import { stackOutputs } from "../pulumi/run.ts";
import { deployUp } from "./deploy.ts";
import { outputsOf, welcome } from "../outputs.ts";

/** Brings the platform up, and says how to use it. Gives the exit code. */
export async function up(stack: string, more: readonly string[]): Promise<number> {
  const ready = await bootstrap(stack, { kubernetes: "required" });
  const exitCode = await deployUp(ready, more);
  if (exitCode !== 0) return exitCode;
  const outputs = outputsOf(await stackOutputs(ready));
  console.log(`\n${welcome(outputs, stack, ready.kubernetes)}`);
  return 0;
}
