/**
 * `npm run preview`.
 */
import { bootstrap } from "../bootstrap.ts";
import { runPulumi } from "../pulumi/run.ts";

/** Says what `up` would do. Gives the exit code. */
export async function preview(stack: string, more: readonly string[]): Promise<number> {
  const ready = await bootstrap(stack, { images: false });
  console.log();
  return runPulumi(ready, ["preview", "--refresh", ...more]);
}
