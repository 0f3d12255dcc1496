import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  auditLogBytes,
  auditLogPaths,
  pruneAuditLog,
  startWithAuditLog,
  writeAuditLog,
} from "../../platform/audit-log.ts";
import { auditLogDirectory } from "../../platform/gateway.ts";
import { renderGatewayConfig } from "../../platform/gateway-config.ts";
import { clusterWith } from "../../testkit/clusters.ts";

let root: string;
let logs: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gateway-"));
  logs = join(root, "logs");
  mkdirSync(logs);
  install(auditLogPaths.start, startWithAuditLog);
  install(auditLogPaths.write, writeAuditLog);
  install(auditLogPaths.prune, pruneAuditLog(7, 1));
  return () => {
    rmSync(root, { recursive: true });
  };
});

/** Where a script is in the test's own directory. */
const placeOf = (path: string): string => join(root, path.replaceAll("/", "-"));

/** Writes a script with the container's paths as the test's own. */
function install(path: string, content: string): void {
  const own = Object.values(auditLogPaths).reduce(
    (text, one) => text.replaceAll(one, placeOf(one)),
    content,
  );
  writeFileSync(
    placeOf(path),
    own.replaceAll(auditLogDirectory, logs).replaceAll("/tmp/audit", join(root, "pipe")),
  );
}

const line = (time: string, path = "/x"): string => JSON.stringify({ time, path });
const files = (): readonly string[] => readdirSync(logs).sort();

describe("the audit log's files", () => {
  it("hold each line as it is, and begin anew with each day", () => {
    const input = [
      line("2026-01-01T23:59:58.000Z"),
      line("2026-01-01T23:59:59.999Z", `/$HOME '"\\ %s`),
      line("2026-01-02T00:00:00.001Z"),
    ];
    const { status } = spawnSync("awk", ["-f", placeOf(auditLogPaths.write)], {
      input: input.map((one) => `${one}\n`).join(""),
    });
    expect(status).toBe(0);
    expect(files()).toEqual([
      "audit-2026-01-01T23.59.58.000.log",
      "audit-2026-01-02T00.00.00.001.log",
    ]);
    expect(files().map((name) => readFileSync(join(logs, name), "utf8"))).toEqual([
      `${String(input[0])}\n${String(input[1])}\n`,
      `${String(input[2])}\n`,
    ]);
  });

  it("are called by the time with which every line of the gateway begins", () => {
    expect(renderGatewayConfig(clusterWith())).toMatch(/^ +log-format '\{"time":"%\[/m);
  });

  it("go when they are older than the days, and nothing else does", () => {
    const daysOld = (name: string, days: number): void => {
      writeFileSync(join(logs, name), "{}\n");
      const at = Date.now() / 1000 - days * 86_400 + 60;
      utimesSync(join(logs, name), at, at);
    };
    daysOld("audit-2026-01-01T00.00.00.000.log", 9);
    daysOld("audit-2026-01-03T00.00.00.000.log", 7);
    daysOld("lost+found.log", 9);
    spawnSync("sh", [placeOf(auditLogPaths.prune)]);
    expect(files()).toEqual(["audit-2026-01-03T00.00.00.000.log", "lost+found.log"]);
  });

  it("go, the oldest first, when they do not leave room for the next on the volume", () => {
    const each = Math.floor(auditLogBytes.ofVolume(1) / 4);
    for (const day of ["01", "02", "03", "04"]) {
      const path = join(logs, `audit-2026-01-${day}T00.00.00.000.log`);
      writeFileSync(path, "");
      truncateSync(path, each);
    }
    spawnSync("sh", [placeOf(auditLogPaths.prune)]);
    expect(files().map((name) => name.slice(6, 16))).toEqual([
      ...["2026-01-02", "2026-01-03", "2026-01-04"],
    ]);
  });
});

describe("the gateway with its audit log in files", () => {
  /** Stands in for HAProxy: says a line, and another when it is told to go. Its shell needs a moment until it hands signals on. */
  const standIn = (status: number): string => `#!/bin/sh
trap 'echo '"'"'${line("2026-01-01T00:00:02.000Z", "/last")}'"'"'; exit ${String(status)}' USR1
echo '${line("2026-01-01T00:00:01.000Z", "/first")}'
sleep 0.2
touch '${join(root, "up")}'
while :; do sleep 0.05; done
`;
  const written = (): string =>
    files()
      .map((name) => readFileSync(join(logs, name), "utf8"))
      .join("");

  it.each([0, 3])(
    "ends with HAProxy and its status %d, when the last line is written",
    async (status) => {
      writeFileSync(join(root, "haproxy"), standIn(status), { mode: 0o755 });
      const started = spawn("sh", [placeOf(auditLogPaths.start)], {
        env: { ...process.env, PATH: `${root}:${process.env["PATH"] ?? ""}` },
        stdio: "ignore",
      });
      const ended = new Promise<number | null>((resolve) => started.once("exit", resolve));
      await expect.poll(() => existsSync(join(root, "up")), { timeout: 10_000 }).toBe(true);
      started.kill("SIGUSR1");
      expect(await ended).toBe(status);
      expect(written().match(/\/first|\/last/g)).toEqual(["/first", "/last"]);
    },
  );
});
