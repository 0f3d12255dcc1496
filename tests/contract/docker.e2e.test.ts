/**
 * The contract on a real Docker engine, and what is Docker's own.
 */
import { labels, stackLabel } from "../../platform/labels.ts";
import { uniqueName } from "../support/leftovers.ts";
import { freePort, TestStack } from "../support/stack.ts";
import { contract } from "./contract.ts";
import type { Subject } from "./subject.ts";

async function arrange(): Promise<Subject> {
  const name = uniqueName("life");
  const publish = { port: await freePort(), grpcPort: await freePort() };
  const stack = await TestStack.create({});
  const { docker } = stack;
  const containerOf = (workload: string) => docker.getContainer(`temporal-${name}-${workload}-0`);
  const component = Object.keys(labels({ stack: "", cluster: "" }, "any")).find((key) =>
    key.endsWith("/component"),
  );

  return {
    name,
    stack,
    target: { kind: "docker", publish },

    async running() {
      const healthy = await docker.listContainers({
        filters: { label: [`${stackLabel}=${stack.name}`], health: ["healthy"] },
      });
      const groups = Map.groupBy(healthy, ({ Labels }) => Labels[component ?? ""] ?? "");
      return Object.fromEntries(
        // A container keeps its id when it is started again, so that only a new one counts.
        [...groups].map(([workload, members]) => [workload, members.map(({ Id }) => Id).sort()]),
      );
    },

    leftOvers: () => stack.leftOvers(),

    async exec(workload, ...command) {
      const exec = await containerOf(workload).exec({
        Cmd: [...command],
        AttachStdout: true,
        Tty: true,
      });
      const chunks: Buffer[] = [];
      for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString("utf8");
    },

    async kill(workload) {
      process.kill((await containerOf(workload).inspect()).State.Pid, "SIGKILL");
    },

    dispose: () => stack.dispose(),
  };
}

contract(arrange);
