/**
 * A cluster on the Docker engine that things are done to.
 */
import { stackLabel } from "../../platform/labels.ts";
import { serviceRoles } from "../../platform/roles.ts";
import { arrangeOnDocker, type DockerSubject } from "../../testkit/docker-subject.ts";
import { componentLabel } from "../../testkit/leftovers.ts";
import { until } from "../../testkit/test-namespace.ts";
import type { Victim } from "./suite.ts";

/**
 * Brings a cluster up.
 *
 * @param replicas Of each role.
 */
export async function arrangeVictim(
  replicas: number,
): Promise<{ readonly victim: Victim; readonly address: string }> {
  const subject = await arrangeOnDocker("fault");
  const server = {
    roles: Object.fromEntries(serviceRoles.map((role) => [role, { replicas }])),
  };
  const cluster = { name: subject.name, target: subject.target, server };
  await subject.stack.configure({ clusters: [cluster] });
  await subject.stack.up();
  // History says that it is well only some seconds after it can be used.
  const containers = 3 + serviceRoles.length * replicas;
  await until(
    "all containers are healthy",
    async () => (await subject.stack.healthy()).length === containers,
  );
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
