/**
 * Faults on a Docker engine: with one replica of each role, as on a laptop, and with two.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { describe } from "vitest";
import { serviceRoles } from "../../platform/roles.ts";
import { stackLabel } from "../../platform/labels.ts";
import { ensureEngine } from "../../toolchain/engine/index.ts";
import { pathsOf } from "../../toolchain/paths.ts";
import { arrangeOnDocker, type DockerSubject } from "../../testkit/docker-subject.ts";
import { componentLabel } from "../../testkit/leftovers.ts";
import { moveToSmallDisk, type SmallDisk } from "./small-disk.ts";
import { type Fault, faults, outage, resilience, type Victim } from "./suite.ts";

/** Where dockerd keeps its process id. */
const pidFile = "/var/run/docker.pid";

/** Only an engine on which nobody else's containers run may be restarted. */
const engineIsFree = (await new Docker().listContainers()).length === 0;

let disk: SmallDisk;

async function arrange(
  replicas: number,
): Promise<{ readonly victim: Victim; readonly address: string }> {
  const subject = await arrangeOnDocker("fault");
  const server = {
    roles: Object.fromEntries(serviceRoles.map((role) => [role, { replicas }])),
  };
  const cluster = { name: subject.name, target: subject.target, server };
  await subject.stack.configure({ clusters: [cluster] });
  await subject.stack.up();
  const { clusters } = (await subject.stack.outputs()) as {
    clusters: Record<string, { grpcAddress: string }>;
  };
  return { victim: victimOf(subject), address: clusters[subject.name]?.grpcAddress ?? "" };
}

function victimOf(subject: DockerSubject): Victim {
  const { docker, name: stack } = subject.stack;
  const label = [`${stackLabel}=${stack}`];
  return {
    ...subject,

    async processes(workload) {
      const filters = { label: [...label, `${componentLabel}=${workload}`] };
      const found = await docker.listContainers({ filters });
      return Promise.all(
        found.map(async ({ Id }) => {
          const { State, NetworkSettings } = await docker.getContainer(Id).inspect();
          const [network] = Object.values(NetworkSettings.Networks);
          return { pid: State.Pid, address: network?.IPAddress ?? "" };
        }),
      );
    },

    async complaints() {
      const found = await docker.listContainers({ all: true, filters: { label } });
      return found.flatMap(({ Names, State, Status }) => {
        const health = /\((.*)\)$/.exec(Status)?.[1] ?? State;
        const name = (Names[0] ?? "").replace(`/temporal-${subject.name}-`, "");
        return health === "healthy"
          ? []
          : [
              `${name}: ${State === "running" ? health : Status.replace(/ (Less|About|\d).*$/, "")}`,
            ];
      });
    },

    async restart(workload) {
      await docker.getContainer(subject.containerName(workload)).restart();
    },
  };
}

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
      const arranged = await arrange(1);
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
    () => arrange(2),
    faults.filter(({ name }) => name.endsWith("killed") && name !== "PostgreSQL killed"),
  );
});
