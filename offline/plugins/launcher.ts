/**
 * Launchers: the files by which the Pulumi CLI finds plugins that are TypeScript in a checkout.
 */
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes an executable that runs a TypeScript program of the checkout with the checkout's own Node.
 *
 * @param program Path of the program inside the checkout.
 */
export async function writeLauncher(
  directory: string,
  name: string,
  projectDir: string,
  program: string,
): Promise<void> {
  const path = join(directory, name);
  await mkdir(directory, { recursive: true });
  // Written beside and moved: another process may be starting it right now.
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, launcher(projectDir, program));
  await chmod(fresh, 0o755);
  await rename(fresh, path);
}

/**
 * The text of a launcher. Checkouts share a cache, so TEMPORAL_PLATFORM_CHECKOUT, which the commands and `activate` set, names the one
 * that it is to run from; `projectDir` is for whoever sets nothing.
 */
export function launcher(projectDir: string, program: string): string {
  return `#!/bin/sh
# The checkout that is worked in, else the one that was bootstrapped last.
project=\${TEMPORAL_PLATFORM_CHECKOUT:-}
[ -n "$project" ] || project=${quote(projectDir)}
if [ ! -f "$project/${program}" ]; then
  echo "the checkout at $project is gone: run \\\`npm run bootstrap\\\` in the one that you use" >&2
  exit 1
fi
exec "$project/node_modules/.bin/node" "$project/${program}" "$@"
`;
}

/** A word that a shell takes as it is. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
