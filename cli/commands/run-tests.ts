/**
 * `npm test`, and the other scripts that run tests of the checkout.
 */
import { join } from "node:path";
import { bootstrap } from "../bootstrap.ts";
import { runAttached } from "../pulumi/run.ts";

/** Runs vitest with everything that the tests on a real engine need. Gives the exit code. */
export async function runTests(more: readonly string[]): Promise<number> {
  const { circumstances, environment } = await bootstrap("dev");
  console.log();
  const { project } = circumstances.paths;
  return runAttached(join(project, "node_modules", ".bin", "vitest"), ["run", ...more], {
    cwd: project,
    env: environment,
  });
}
