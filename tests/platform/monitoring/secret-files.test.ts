import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { secretPath, withSecretFiles } from "../../../platform/monitoring/secret-files.ts";
import type { MonitoringSecret } from "../../../platform/monitoring/secrets.ts";

const secret = (name: MonitoringSecret["name"]): MonitoringSecret => ({
  ...{ name, source: { env: "ANY" }, at: [] },
});

describe("a program that reads secrets from files", () => {
  const program = ["sh", "-c", 'env; cat "$1" "$2"', "sh"];

  it("is started as it is where there are none", () => {
    expect(withSecretFiles(program, [])).toEqual({
      ...{ command: program, environment: {}, files: [], scratch: [] },
    });
  });

  it("finds each in a file that only its user reads, and none in its environment", async () => {
    const directory = mkdtempSync(join(tmpdir(), "secret-files-"));
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
    const names = ["monitoring.alertmanager", "monitoring.remote-write"] as const;
    const values = [`with "quotes", $dollars and a \\`, "two\nlines"] as const;
    const started = withSecretFiles(program, names.map(secret));
    const script = join(directory, "start.sh");
    const [file] = started.files;
    if (typeof file?.content !== "string") throw new Error("there is no script");
    writeFileSync(script, file.content);
    const here = (word: string): string =>
      word
        .replace(/^\/etc\/secret-files\/start\.sh$/, script)
        .replace("/run/monitoring", directory);
    const [shell = "", ...args] = [...started.command, ...names.map(secretPath)].map(here);
    const { stdout } = await execa(shell, args, {
      env: Object.fromEntries(values.map((value, index) => [`SECRET_${index}`, value])),
    });
    expect(stdout.endsWith(values.join(""))).toBe(true);
    expect(stdout).not.toContain("SECRET_");
    for (const [index, name] of names.entries()) {
      const path = here(secretPath(name));
      expect(readFileSync(path, "utf8")).toBe(values[index]);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    expect(started.environment).toEqual({
      SECRET_0: { secret: names[0] },
      SECRET_1: { secret: names[1] },
    });
  });
});
