/**
 * A cluster on a Docker engine, as the contract of both targets sees it.
 */
import { stackLabel } from "../platform/labels.ts";
import type { Subject } from "./subject.ts";
import { componentLabel, uniqueName } from "./leftovers.ts";
import { execIn } from "./exec.ts";
import { freePort, TestStack } from "./stack.ts";

/** A {@link Subject} on the machine's Docker engine. */
export interface DockerSubject extends Subject {
  /** Name of a workload's container. */
  containerName(workload: string, replica?: number): string;
}

/** Makes a cluster that is not up yet, with a stack and ports of its own. */
export async function arrangeOnDocker(what: string): Promise<DockerSubject> {
  const name = uniqueName(what);
  const publish = { ui: await freePort(), frontend: await freePort() };
  const stack = await TestStack.create({});
  const { docker } = stack;
  const containerName = (workload: string, replica = 0): string =>
    `temporal-${name}-${workload}-${String(replica)}`;

  return {
    name,
    stack,
    target: { kind: "docker", publish },
    containerName,

    async running() {
      const healthy = await stack.healthyContainers();
      const groups = Map.groupBy(healthy, ({ Labels }) => Labels[componentLabel] ?? "");
      return Object.fromEntries(
        // A container keeps its id when it is started again, so that only a new one counts.
        [...groups].map(([workload, members]) => [workload, members.map(({ Id }) => Id).sort()]),
      );
    },

    async restarts(workload) {
      const label = [`${stackLabel}=${stack.name}`];
      if (workload !== undefined) label.push(`${componentLabel}=${workload}`);
      const containers = await docker.listContainers({ all: true, filters: { label } });
      const counts = await Promise.all(
        containers.map(async ({ Id }) => (await docker.getContainer(Id).inspect()).RestartCount),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },

    async removeAll(workloads) {
      await Promise.all(
        workloads.map((workload) =>
          docker.getContainer(containerName(workload)).remove({ force: true }),
        ),
      );
    },

    leftOvers: () => stack.leftOvers(),

    async exec(workload, ...command) {
      return (await execIn(docker.getContainer(containerName(workload)), command)).output;
    },

    async output(workload) {
      const logs = await docker
        .getContainer(containerName(workload))
        .logs({ stdout: true, follow: false });
      // Each piece begins with eight bytes that say its stream and length (Docker Engine API, "Attach to a container").
      const pieces: string[] = [];
      for (let at = 0; at + 8 <= logs.length; at += 8 + logs.readUInt32BE(at + 4)) {
        pieces.push(logs.toString("utf8", at + 8, at + 8 + logs.readUInt32BE(at + 4)));
      }
      return pieces.join("");
    },

    async kill(workload) {
      const { State } = await docker.getContainer(containerName(workload)).inspect();
      process.kill(State.Pid, "SIGKILL");
    },

    dispose: () => stack.dispose(),
  };
}
