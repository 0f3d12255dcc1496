import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { clusterMetadataScript } from "../../platform/cluster-metadata.ts";
import { serviceRoles } from "../../platform/roles.ts";
import { configPath, renderServerConfig } from "../../platform/server-config.ts";
import { clusterWith } from "../../testkit/clusters.ts";

let root: string;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "metadata-"));
  root = made;
  mkdirSync(join(root, "tmp"));
  mkdirSync(join(root, dirname(configPath)), { recursive: true });
  writeFileSync(join(root, configPath), renderServerConfig(clusterWith()));
  return () => {
    rmSync(made, { recursive: true });
  };
});

/** Runs the script in a root of its own, with a server that says something and ends so. */
function run(said: string, exitCode = 1): { code: number | null; stdout: string; stderr: string } {
  const script = clusterMetadataScript
    .replaceAll("/tmp/", `${root}/tmp/`)
    .replaceAll(configPath, `${root}${configPath}`);
  const programs = {
    "temporal-server": `printf '%s' "$*" > ${root}/arguments; printf '${said}'; exit ${exitCode}`,
    timeout: `shift; exec "$@"`,
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(root, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const env = { PATH: `${root}:${process.env["PATH"] ?? ""}` };
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], { env, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

const cannotListen = `{"level":"info","msg":"Registered"}\\nlisten tcp 192.0.2.1:7239: bind: cannot assign requested address\\n`;

describe("the record of the cluster", () => {
  it("is written when the server gets as far as listening, which it cannot", () => {
    expect(run(cannotListen)).toEqual({ code: 0, stdout: "cluster-metadata: ok\n", stderr: "" });
  });

  it.each([
    ["cannot reach its database", "unable to initialize system namespace: dial tcp: refused\\n", 1],
    ["is not told to end, and never listens", "", 0],
    [
      "cannot listen on another address",
      "listen tcp 0.0.0.0:7239: bind: address already in use\\n",
      1,
    ],
  ])("is not when the server %s", (_what, said, exitCode) => {
    const { code, stdout, stderr } = run(`one\\ntwo\\nthree\\n${said}`, exitCode);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/\ncluster-metadata: the server could not read or write its record/);
    expect(stderr).toContain(said.replace("\\n", ""));
    expect(stderr.split("\n")).toHaveLength(5);
  });

  it("is written by one role with the config of all, but for their addresses, which nobody has", () => {
    run(cannotListen);
    const path = join(root, "tmp", "temporal.yaml");
    expect(readFileSync(join(root, "arguments"), "utf8")).toBe(
      `--config-file ${path} --allow-no-auth start --service worker`,
    );
    const given = readFileSync(path, "utf8");
    expect(given).toBe(
      renderServerConfig(clusterWith()).replaceAll(/bindOnIP: .*/g, "bindOnIP: 192.0.2.1"),
    );
    expect(given.match(/192\.0\.2\.1/g)).toHaveLength(serviceRoles.length);
  });
});
