/**
 * Prometheus's own tool, by which configs and rules are judged.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { dump } from "js-yaml";
import { unpackedPackage } from "../offline/debian-package.ts";
import { pathsOf } from "../offline/paths.ts";

/** What the tool says of some files. */
export interface Judgement {
  readonly exitCode: number;
  /** Standard output and error together. */
  readonly output: string;
}

/** Path of the tool: one on PATH, else Debian's. */
async function promtool(): Promise<string> {
  const { failed } = await execa("promtool", ["--version"], { reject: false });
  if (!failed) return "promtool";
  const { cache } = pathsOf(process.env);
  const unpacked = await unpackedPackage("prometheus", cache, "judging Prometheus's rules");
  return join(unpacked, "usr", "bin", "promtool");
}

/**
 * Runs the tool.
 *
 * @param args Its arguments; files by their names.
 * @param files What is in the directory that it runs in: text, or what is written as YAML.
 */
export async function judge(
  args: readonly string[],
  files: Readonly<Record<string, string | object>>,
): Promise<Judgement> {
  return judgeBy(await promtool(), args, files);
}

/** The same by any tool, at its path. */
export async function judgeBy(
  tool: string,
  args: readonly string[],
  files: Readonly<Record<string, string | object>>,
): Promise<Judgement> {
  const directory = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      const text = typeof content === "string" ? content : dump(content, { lineWidth: -1 });
      writeFileSync(join(directory, name), text);
    }
    const options = { cwd: directory, all: true, reject: false } as const;
    const { exitCode, all } = await execa(tool, args, options);
    return { exitCode: exitCode ?? -1, output: all };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
