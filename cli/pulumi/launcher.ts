/**
 * The launcher: makes plain `pulumi` work on a machine that had none.
 */
import { constants } from "node:fs";
import { access, chmod, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

const source = join(import.meta.dirname, "..", "bin", "pulumi");
const mark = "# temporal-platform launcher";

/** Whether a program is our launcher. */
export async function isLauncher(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(128), 0, 128, 0);
    return buffer.subarray(0, bytesRead).toString("utf8").includes(mark);
  } finally {
    await file.close();
  }
}

/**
 * Directories for the launcher, the best first, of those that are on PATH.
 *
 * @param root Whether the user may write to /usr/local/bin.
 */
export function launcherDirectories(search: string, home: string, root: boolean): string[] {
  const onPath = new Set(search.split(delimiter).map((entry) => entry.replace(/\/+$/, "")));
  return [join(home, ".local", "bin"), ...(root ? ["/usr/local/bin"] : [])].filter((directory) =>
    onPath.has(directory),
  );
}

/**
 * Places the launcher where there is no `pulumi` on PATH, and renews our own.
 *
 * @returns Where it was placed; undefined when nothing was done.
 */
export async function ensureLauncher(
  search: string,
  home: string,
  root: boolean,
): Promise<string | undefined> {
  const text = await readFile(source, "utf8");
  const places = launcherDirectories(search, home, root).map((place) => join(place, "pulumi"));
  const present = await firstOnPath("pulumi", search);
  const path = present ?? places[0];
  // A checkout's own, in a shell that has read its `activate`, is that checkout's business.
  if (path === undefined || !places.includes(path)) return undefined;
  if (present !== undefined) {
    if (!(await isLauncher(present)) || (await readFile(present, "utf8")) === text)
      return undefined;
  }
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, text);
  await chmod(fresh, 0o755);
  await rename(fresh, path);
  return path;
}

async function firstOnPath(program: string, search: string): Promise<string | undefined> {
  for (const directory of search.split(delimiter)) {
    const path = join(directory, program);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (directory !== "" && found) return path;
  }
  return undefined;
}
