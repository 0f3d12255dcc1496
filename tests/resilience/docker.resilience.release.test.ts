/**
 * Faults on a Docker engine: with one replica of each role, as on a laptop, and with two.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { describe } from "vitest";
import { ensureEngine } from "../../offline/engine/index.ts";
import { pathsOf } from "../../offline/paths.ts";
import { arrangeVictim } from "./docker-victim.ts";
import { moveToSmallDisk, type SmallDisk } from "./small-disk.ts";
import { type Fault, faults, outage, resilience } from "./suite.ts";

/** Where dockerd keeps its process id. */
const pidFile = "/var/run/docker.pid";

/** Only an engine on which nobody else's containers run may be restarted. */
const engineIsFree = (await new Docker().listContainers()).length === 0;

let disk: SmallDisk;

const diskFull: Fault = {
  name: "disk of PostgreSQL full for 30 s",
  hidden: false,
  async happen() {
    await disk.fill();
    await sleep(outage);
    await disk.free();
  },
};

const engineRestarted: Fault = {
  name: "engine restarted",
  hidden: false,
  async happen() {
    process.kill(Number(await readFile(pidFile, "utf8")), "SIGTERM");
    // It takes its file away last; until then it may still answer on connections that are open.
    while (existsSync(pidFile)) await sleep(100);
    await ensureEngine(pathsOf(process.env), process.env);
  },
};

describe("one replica of each role", () => {
  resilience(
    "docker",
    async () => {
      const arranged = await arrangeVictim(1);
      const { docker } = arranged.victim.stack;
      const name = `temporal-${arranged.victim.name}-postgres`;
      disk = await moveToSmallDisk(
        docker.getContainer(`${name}-0`),
        docker.getVolume(`${name}-data`),
        "3G",
      );
      return arranged;
    },
    [...faults, diskFull, ...(engineIsFree ? [engineRestarted] : [])],
  );
});

describe("two replicas of each role", () => {
  resilience(
    "docker-two",
    () => arrangeVictim(2),
    faults.filter(({ name }) => name.endsWith("killed") && name !== "PostgreSQL killed"),
  );
});
