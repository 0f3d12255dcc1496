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
  writeToFiles,
  writeToStdout,
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
  install(auditLogPaths.write, writeToFiles);
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

describe("the gateway with its audit log", () => {
  /** Stands in for HAProxy: says two lines, and another when it is told to go. Its shell needs a moment until it hands signals on. */
  const standIn = (status: number): string => `#!/bin/sh
trap 'echo '"'"'${line("2026-01-01T00:00:02.000Z", "/last")}'"'"'; exit ${status}' USR1
echo '${line("2026-01-01T00:00:01.000Z", "/first")}'
echo '${line("2026-01-01T00:00:01.001Z", "/second")}'
/bin/sleep 0.2
touch '${join(root, "up")}'
while :; do /bin/sleep 0.05; done
`;
  /** The clock of a batch, which stands until a file is there. */
  const clock = (): string => `#!/bin/sh
while [ -d '${root}' ] && ! [ -e '${join(root, "tick")}' ]; do /bin/sleep 0.02; done
`;

  /** BusyBox's awk, which the image has, takes lines as they come. Debian's, mawk, does so only when it is told. */
  const awk = `#!/bin/sh
awk=$(PATH=\${PATH#*:} command -v awk)
case "$(readlink -f "$awk")" in */mawk) set -- -W interactive "$@" ;; esac
exec "$awk" "$@"
`;

  /** Runs a program with the stand-ins before the real ones. */
  function running(program: string, args: readonly string[], input: "ignore" | "pipe") {
    writeFileSync(join(root, "awk"), awk, { mode: 0o755 });
    const started = spawn(program, args, {
      env: { ...process.env, PATH: `${root}:${process.env["PATH"] ?? ""}` },
      stdio: [input, "pipe", "inherit"],
    });
    const chunks: string[] = [];
    started.stdout?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
    const ended = new Promise<number | null>((resolve) => started.once("close", resolve));
    return { started, chunks, ended };
  }

  /** Starts the gateway, and waits for its first lines. */
  async function start(status: number) {
    writeFileSync(join(root, "haproxy"), standIn(status), { mode: 0o755 });
    writeFileSync(join(root, "sleep"), clock(), { mode: 0o755 });
    const { started, ...gateway } = running("sh", [placeOf(auditLogPaths.start)], "ignore");
    await expect.poll(() => existsSync(join(root, "up")), { timeout: 10_000 }).toBe(true);
    return { ...gateway, stop: () => started.kill("SIGUSR1") };
  }

  const tick = (): void => {
    writeFileSync(join(root, "tick"), "");
  };
  const paths = (text: string): readonly string[] | null => text.match(/\/first|\/second|\/last/g);

  it.each([0, 3])(
    "in files ends with HAProxy and its status %d, when the last line is written",
    async (status) => {
      const { ended, stop } = await start(status);
      stop();
      expect(await ended).toBe(status);
      const written = files().map((name) => readFileSync(join(logs, name), "utf8"));
      expect(paths(written.join(""))).toEqual(["/first", "/second", "/last"]);
    },
  );

  describe("on standard output", () => {
    beforeEach(() => {
      install(auditLogPaths.write, writeToStdout);
    });

    it("hands on the lines of a batch at once, while it runs", async () => {
      const { ended, chunks, stop } = await start(0);
      expect(chunks).toEqual([]);
      tick();
      await expect.poll(() => chunks.length, { timeout: 10_000 }).toBe(1);
      expect(paths(chunks.join(""))).toEqual(["/first", "/second"]);
      stop();
      await ended;
    });

    it.each([0, 3])(
      "ends with HAProxy and its status %d, when the last line is written",
      async (status) => {
        const { ended, chunks, stop } = await start(status);
        stop();
        tick();
        expect(await ended).toBe(status);
        expect(chunks.join("")).toBe(
          [
            line("2026-01-01T00:00:01.000Z", "/first"),
            line("2026-01-01T00:00:01.001Z", "/second"),
            line("2026-01-01T00:00:02.000Z", "/last"),
            "",
          ].join("\n"),
        );
      },
    );

    it("does not keep a batch that has become large until the clock says so", async () => {
      writeFileSync(join(root, "sleep"), clock(), { mode: 0o755 });
      const { started, chunks, ended } = running(
        "awk",
        ["-f", placeOf(auditLogPaths.write)],
        "pipe",
      );
      started.stdin?.write(`${line("2026-01-01T00:00:01.000Z", "x".repeat(1000))}\n`.repeat(100));
      await expect.poll(() => chunks.join("").length, { timeout: 10_000 }).toBeGreaterThan(32_768);
      tick();
      started.stdin?.end();
      await ended;
    });
  });
});
