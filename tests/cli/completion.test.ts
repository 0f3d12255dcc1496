import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { completionScript, shells } from "../../cli/completion.ts";

const run = promisify(execFile);

function program(): Command {
  const root = new Command("resource-temporal");
  const manage = root.command("manage");
  manage.command("install").option("--force", "");
  manage.command("stop").option("--timeout <seconds>", "");
  root.command("run-tests", { hidden: true });
  root
    .command("status")
    .addOption(new Option("-f, --format <format>", "").choices(["text", "json"]))
    .option("-s, --stack <name>", "");
  return root;
}

/** What bash offers after what was typed. */
async function inBash(...typed: readonly string[]): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), "completion-"));
  const script = join(directory, "completion.bash");
  await writeFile(
    script,
    `${completionScript(program(), "bash")}
COMP_WORDS=(resource-temporal "$@")
COMP_CWORD=$#
_resource_temporal
printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  const { stdout } = await run("bash", ["--norc", script, ...typed]);
  return stdout.trim().split("\n").sort();
}

describe("bash completes", () => {
  it.each<[typed: string[], offered: string[]]>([
    [["ma"], ["manage"]],
    [
      ["manage", ""],
      ["--help", "help", "install", "stop"],
    ],
    [["manage", "install", "--f"], ["--force"]],
    [["status", "--st"], ["--stack"]],
    [["status", "--stack", "prod", "--fo"], ["--format"]],
    [
      ["status", "--format", ""],
      ["json", "text"],
    ],
    [["status", "-f", "j"], ["json"]],
    // The shell completes files.
    [["manage", "stop", "--timeout", ""], [""]],
  ])("%j with %j", async (typed, offered) => {
    expect(await inBash(...typed)).toEqual(offered);
  });

  it("nothing that is hidden", async () => {
    expect(await inBash("run")).toEqual([""]);
  });
});

describe.each(shells)("the script for %s", (shell) => {
  it("knows every command, and the values of options", () => {
    const script = completionScript(program(), shell);
    for (const words of ["manage install", "--force --help", "text json", "--timeout"]) {
      expect(script).toContain(words);
    }
    expect(script).not.toContain("run-tests");
  });
});
