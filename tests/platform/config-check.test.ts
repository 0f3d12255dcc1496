import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { renderConfigCheckScript } from "../../platform/config-check.ts";

let root: string;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "config-check-"));
  root = made;
  mkdirSync(join(root, "tmp"));
  return () => {
    rmSync(made, { recursive: true });
  };
});

/** Runs the check of 1.32.2 with a server that says this of its version, and finds nothing wrong. */
function check(said: string): readonly [code: number | null, output: string] {
  const server = `#!/bin/sh\n[ "$1" != --version ] || echo ${JSON.stringify(said)}\n`;
  writeFileSync(join(root, "temporal-server"), server, { mode: 0o755 });
  const script = renderConfigCheckScript("1.32.2").replaceAll("/tmp/", `${root}/tmp/`);
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], {
    env: { PATH: `${root}:${process.env["PATH"] ?? ""}` },
    encoding: "utf8",
  });
  return [status, stdout + stderr];
}

describe("the check of the server's config", () => {
  it.each(["temporal version 1.32.2", "temporal version 1.32.0", "temporal version v1.32.9-team"])(
    "goes on with a server that says %j",
    (said) => {
      expect(check(said)).toEqual([0, "config-check: ok\n"]);
    },
  );

  it.each([
    ["temporal version 1.31.2", "1.31.2"],
    ["temporal version 1.320.0", "1.320.0"],
    ["something else", "of no known version"],
  ])("ends with a server that says %j", (said, found) => {
    expect(check(said)).toEqual([
      1,
      `config-check: the image has Temporal ${found}, and clusters[].server.version is 1.32.2: let it and clusters[].images.server agree\n`,
    ]);
  });
});
