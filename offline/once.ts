/**
 * Things that are made once and kept, such as downloads and builds: each is at its path whole, or not at all.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** What this process is making, by path. */
const underway = new Map<string, Promise<string>>();

/**
 * Makes a file or directory unless it is there; its path must name all that it is made from.
 *
 * Made beside its path and moved, so that an interruption leaves nothing half. Two processes may make the same at once: the first to be
 * ready wins, and the other takes what is there. Within a process it is made once.
 *
 * @param make Makes it at the path that it is given; what it puts beside, under names that begin with that path, is removed.
 * @returns `path`.
 * @throws What `make` throws.
 */
export async function makeOnce(
  path: string,
  make: (fresh: string) => Promise<unknown>,
): Promise<string> {
  if (existsSync(path)) return path;
  const making = underway.get(path) ?? makeBeside(path, make);
  underway.set(path, making);
  try {
    return await making;
  } finally {
    underway.delete(path);
  }
}

async function makeBeside(
  path: string,
  make: (fresh: string) => Promise<unknown>,
): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await removeLeftOvers(path);
  const fresh = `${path}.${process.pid}.part`;
  try {
    await make(fresh);
    await rename(fresh, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    await removeLeftOvers(path);
  }
  return path;
}

/** Removes what this process and interrupted ones left behind. */
async function removeLeftOvers(path: string): Promise<void> {
  const directory = dirname(path);
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const [, pid] = /\.(\d+)\.part\b/.exec(name) ?? [];
    if (pid !== undefined && !runs(Number(pid))) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}

function runs(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user's runs all the same.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
