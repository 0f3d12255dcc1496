/**
 * Sees to a Docker engine: uses the one that answers, and starts or installs one only where nobody else will.
 */
import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { defined } from "../../platform/defined.ts";
import { defaultHost } from "../../clients/docker.ts";
import { installPackages } from "../apt.ts";
import type { Paths } from "../paths.ts";
import { step } from "../steps.ts";
import { UserError } from "../user-error.ts";
import { decide, type MachineFacts } from "./decide.ts";
import { candidates, type Engine, firstAnswering } from "./facts.ts";

/** How long a daemon may take to answer after its start, in milliseconds. */
const startLimit = 60_000;

/** What is known about the engine that the user means; changes nothing. */
export async function look(
  environment: Readonly<Record<string, string | undefined>>,
  host?: string,
): Promise<{ readonly engine?: Engine; readonly facts: MachineFacts }> {
  const given = environment["DOCKER_HOST"] ?? "";
  const named = host ?? (given === "" ? undefined : given);
  const tried = named === undefined ? await candidates(environment, homedir()) : [named];
  const engine = await firstAnswering(tried);
  const unsupported = engine?.unsupported;
  const use = unsupported === undefined ? engine : undefined;
  return {
    ...defined({ engine: use }),
    facts: {
      answers: use !== undefined,
      ...defined({ unsupported }),
      tried,
      ...defined({ named }),
      platform: process.platform,
      debian: existsSync("/etc/debian_version"),
      root: process.getuid?.() === 0,
      dockerd: ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"].some(existsSync),
      systemd: existsSync("/run/systemd/system"),
    },
  };
}

/**
 * The engine that the user means, running.
 *
 * @param host Address that a cluster names; by default the user's own engine.
 * @throws UserError that says what to install or start.
 */
export async function ensureEngine(
  paths: Paths,
  environment: Readonly<Record<string, string | undefined>>,
  host?: string,
): Promise<Engine> {
  const { engine, facts } = await look(environment, host);
  if (engine !== undefined) return engine;
  const action = decide(facts);
  switch (action.kind) {
    case "use":
      throw new Error("an engine that answers is used");
    case "refuse":
      throw new UserError(action.reason);
    case "install":
      await step("Docker engine: none is installed; apt-get install docker.io iptables", () =>
        installPackages(["docker.io", "iptables"], "running containers"),
      );
      break;
    case "start":
      break;
  }
  return step(
    action.how === "systemd"
      ? "Docker engine: systemctl start docker"
      : `Docker engine: start dockerd in the background (log: ${paths.dockerdLog})`,
    () => start(action.how, paths),
  );
}

async function start(how: "systemd" | "background", paths: Paths): Promise<Engine> {
  if (how === "systemd") {
    await execa("systemctl", ["start", "docker"]);
  } else {
    // Debian's package may have started it by its init script.
    const already = await firstAnswering([defaultHost]);
    if (already !== undefined) return already;
    await mkdir(dirname(paths.dockerdLog), { recursive: true });
    const log = openSync(paths.dockerdLog, "a");
    // A session of its own, so that Ctrl-C and the end of the terminal do not reach it.
    spawn("dockerd", [], {
      detached: true,
      stdio: ["ignore", log, log],
      env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin` },
    }).unref();
  }
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    const engine = await firstAnswering([defaultHost]);
    if (engine !== undefined) return engine;
    await sleep(300);
  }
  throw new UserError(
    how === "systemd"
      ? "the Docker engine did not start: see journalctl -u docker"
      : `the Docker engine did not start: ${lastLine(paths.dockerdLog)} (${paths.dockerdLog})`,
  );
}

function lastLine(path: string): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").at(-1) ?? "";
}
