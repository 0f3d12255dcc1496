/**
 * Programs that Maven Central carries as jars.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { installPackages } from "./apt.ts";
import { makeOnce } from "./once.ts";
import { type Report, step } from "./steps.ts";

/** A file of Maven Central that is part of a program. */
export interface Artifact {
  /** SHA-256 of its content, in hexadecimal digits. */
  readonly sha256: string;
  /** Where the program has it, such as `lib/lucene-core-9.12.3.jar`. */
  readonly path: string;
}

/** Name of the file that says which artifacts a program consists of; `sha256sum` writes and reads such files. */
const sums = "artifacts.sha256";

/** The artifacts that a directory's `artifacts.sha256` names. */
export async function artifactsOf(directory: string): Promise<readonly Artifact[]> {
  const lines = (await readFile(join(directory, sums), "utf8")).split("\n");
  return lines.flatMap((line) => {
    const [, sha256, path] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
    return sha256 === undefined || path === undefined ? [] : [{ sha256, path }];
  });
}

/**
 * Fetches what a directory's `pom.xml` depends on, once, and compares it with the directory's `artifacts.sha256`.
 *
 * @returns The directory that has the files side by side, each by the last part of its path.
 * @throws UserError when Maven is missing and cannot be installed here; Maven's own error when Maven Central does not have an artifact.
 * @throws Error when an artifact is not the one that was pinned.
 */
export async function mavenArtifacts(
  name: string,
  directory: string,
  cacheDir: string,
  report: Report,
): Promise<string> {
  const pom = join(directory, "pom.xml");
  const pins = createHash("sha256");
  for (const file of [pom, join(directory, sums)]) pins.update(await readFile(file));
  const output = join(cacheDir, "maven", `${name}-${pins.digest("hex").slice(0, 8)}`);
  if (existsSync(output)) return output;
  const fetch = async (): Promise<string> => {
    await ensureMaven(name);
    return makeOnce(output, async (fresh) => {
      const options = ["--batch-mode", "--quiet", "--file", pom];
      const places = [
        `-Dmaven.repo.local=${join(cacheDir, "maven", "repository")}`,
        `-DoutputDirectory=${fresh}`,
      ];
      await execa("mvn", [...options, "dependency:copy-dependencies", ...places]);
      for (const artifact of await artifactsOf(directory)) await compare(artifact, fresh);
    });
  };
  return step(`fetch ${name} from Maven Central`, fetch, report);
}

async function compare({ sha256, path }: Artifact, directory: string): Promise<void> {
  const file = path.replace(/.*\//, "");
  const found = createHash("sha256")
    .update(await readFile(join(directory, file)))
    .digest("hex");
  if (found !== sha256) {
    throw new Error(`${file} of Maven Central has the SHA-256 ${found}, and not ${sha256}`);
  }
}

async function ensureMaven(name: string): Promise<void> {
  const { failed } = await execa("mvn", ["--version"], { reject: false });
  if (failed) await installPackages(["maven"], `fetching ${name} from Maven Central`);
}
