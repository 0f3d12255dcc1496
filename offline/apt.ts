/**
 * Debian's packages, where the machine is a Debian or Ubuntu and we may install.
 */
import { existsSync } from "node:fs";
import { execa } from "execa";
import { UserError } from "./user-error.ts";

/** Whether packages can be installed here without asking anyone. */
export function canInstallPackages(): boolean {
  return existsSync("/etc/debian_version") && process.getuid?.() === 0;
}

/**
 * Installs packages.
 *
 * @param why What they are for, for the error.
 * @throws UserError that names the packages when this machine or user cannot install them.
 */
export async function installPackages(packages: readonly string[], why: string): Promise<void> {
  if (!canInstallPackages()) {
    throw new UserError(
      `${why} needs ${packages.join(", ")}: install ${packages.length === 1 ? "it" : "them"} (Debian and Ubuntu, as root: apt-get install ${packages.join(" ")})`,
    );
  }
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await execa("apt-get", ["update", "-q"], { env });
  await execa("apt-get", ["install", "-qy", "--no-install-recommends", ...packages], { env });
}
