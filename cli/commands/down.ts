/**
 * `npm run down`.
 */
import { bootstrap } from "../bootstrap.ts";
import { deployUp } from "./deploy.ts";

/** Removes what runs and keeps data and secrets. Gives the exit code. */
export async function down(stack: string, more: readonly string[]): Promise<number> {
  const ready = await bootstrap(stack, { reach: true });
  const exitCode = await deployUp(ready, more, { TEMPORAL_LIFECYCLE: "stopped" });
  if (exitCode === 0) {
    console.log("\nStopped. Data and secrets are kept: `npm run up` continues where it was.");
  }
  return exitCode;
}
