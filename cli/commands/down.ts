/**
 * `npm run down`.
 */
import { bootstrap } from "../bootstrap.ts";
import { deployUp } from "./deploy.ts";

/**
 * Removes what runs and keeps data and secrets. Gives the exit code.
 *
 * @param cancel Has it finish what it is doing, and begin nothing more.
 */
export async function down(
  stack: string,
  more: readonly string[],
  cancel?: AbortSignal,
): Promise<number> {
  const ready = await bootstrap(stack, { kubernetes: "required" });
  const exitCode = await deployUp(ready, more, { TEMPORAL_LIFECYCLE: "stopped" }, cancel);
  if (exitCode === 0) {
    console.log("\nStopped. Data and secrets are kept: `npm run up` continues where it was.");
  }
  return exitCode;
}
