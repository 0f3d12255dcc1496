/**
 * Programs that Debian's packages carry, unpacked and not installed.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { canInstallPackages } from "./apt.ts";
import { makeOnce } from "./once.ts";
import { UserError } from "./user-error.ts";

/**
 * A package's files, unpacked once; the version is the one that the machine's release has.
 *
 * @param why What it is for, for the error.
 * @returns The directory that has them.
 * @throws UserError when this machine is no Debian or Ubuntu; apt's own error when the package cannot be had.
 */
export async function unpackedPackage(
  name: string,
  cacheDir: string,
  why: string,
): Promise<string> {
  const directory = join(cacheDir, "debian", name);
  if (existsSync(directory)) return directory;
  if (!canInstallPackages()) {
    throw new UserError(
      `${why} needs the program of the package ${name}: install it (Debian and Ubuntu: apt-get install ${name})`,
    );
  }
  return makeOnce(directory, async (fresh) => {
    const archives = `${fresh}.archives`;
    await mkdir(archives, { recursive: true });
    try {
      await execa("apt-get", ["update", "-q"]);
      await execa("apt-get", ["download", "-q", name], { cwd: archives });
      for (const archive of await readdir(archives)) {
        await execa("dpkg-deb", ["-x", join(archives, archive), fresh]);
      }
    } finally {
      await rm(archives, { recursive: true, force: true });
    }
  });
}
