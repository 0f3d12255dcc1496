/**
 * `npm run up`.
 */
import { bootstrap } from "../bootstrap.ts";
import { runPulumi, stackOutputs } from "../pulumi/run.ts";
import { outputsOf, welcome } from "./outputs.ts";

/** Brings the platform up, and says how to use it. Gives the exit code. */
export async function up(stack: string, more: readonly string[]): Promise<number> {
  const ready = await bootstrap(stack);
  console.log();
  // With a refresh, what was stopped or removed behind Pulumi's back is noticed and put back.
  const exitCode = await runPulumi(ready, ["up", "--yes", "--refresh", ...more]);
  if (exitCode !== 0) return exitCode;
  console.log(`\n${welcome(outputsOf(await stackOutputs(ready)), stack)}`);
  return 0;
}
