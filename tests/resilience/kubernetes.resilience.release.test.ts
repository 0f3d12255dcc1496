/**
 * Faults on Kubernetes, with two replicas of each role. The cluster must be on this machine, where its processes can be reached: a dev
 * cluster of the tests' own, or the one of TEST_KUBECONFIG.
 */
import { readdir, readFile } from "node:fs/promises";
import type { V1Pod } from "@kubernetes/client-node";
import Docker from "dockerode";
import { describe, expect } from "vitest";
import { serviceRoles } from "../../platform/roles.ts";
import { nodeName } from "../../dev-cluster/plan.ts";
import { arrangeOnKubernetes, type KubernetesSubject } from "../../testkit/kubernetes-subject.ts";
import { componentLabel } from "../../testkit/leftovers.ts";
import setUp, { ownNames } from "../../testkit/test-cluster.ts";
import type { Process } from "./host.ts";
import { type Fault, faults, resilience, type Victim } from "./suite.ts";

async function arrange(): Promise<{ readonly victim: Victim; readonly address: string }> {
  const tearDown = await setUp(undefined, 1);
  const subject = await arrangeOnKubernetes("fault");
  const server = {
    roles: Object.fromEntries(serviceRoles.map((role) => [role, { replicas: 2 }])),
  };
  const cluster = { name: subject.name, target: subject.target, server };
  await subject.stack.configure({ clusters: [cluster] });
  await subject.stack.up();
  const { clusters } = (await subject.stack.outputs()) as {
    clusters: Record<string, { grpcAddress: string }>;
  };
  const victim: Victim = {
    ...victimOf(subject),
    async dispose() {
      await subject.dispose();
      await tearDown();
    },
  };
  return { victim, address: clusters[subject.name]?.grpcAddress ?? "" };
}

function victimOf(subject: KubernetesSubject): Victim {
  return {
    ...subject,

    async processes(workload) {
      return Promise.all((await subject.pods(workload)).map(processOf));
    },

    async complaints() {
      return (await subject.pods()).flatMap((pod) => {
        const trouble = troubleOf(pod);
        const component = pod.metadata?.labels?.[componentLabel] ?? nameOf(pod);
        return trouble === undefined ? [] : [`${component}: ${trouble}`];
      });
    },

    async restart(workload) {
      for (const pod of await subject.pods(workload)) {
        const { namespace } = subject;
        await subject.core.deleteNamespacedPod({ name: nameOf(pod), namespace });
      }
    },
  };
}

/** The main process of a pod's only container. */
async function processOf(pod: V1Pod): Promise<Process> {
  const id = pod.status?.containerStatuses?.[0]?.containerID?.replace(/^\w+:\/\//, "");
  if (id === undefined) throw new Error(`${nameOf(pod)} runs no container`);
  const pids: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const groups = await readFile(`/proc/${name}/cgroup`, "utf8").catch(() => "");
    if (groups.includes(id)) pids.push(Number(name));
  }
  // The others are its children, and what health checks have started.
  const pid = Math.min(...pids);
  if (!Number.isFinite(pid)) throw new Error(`${nameOf(pod)} does not run on this machine`);
  return { pid, address: pod.status?.podIP ?? "" };
}

function nameOf({ metadata }: V1Pod): string {
  return metadata?.name ?? "";
}

/** What `kubectl get pods` says of a pod that is not well. */
function troubleOf({ status }: V1Pod): string | undefined {
  const [container] = status?.containerStatuses ?? [];
  if (container?.ready === true || status?.phase === "Succeeded") return undefined;
  const ended = container?.lastState?.terminated;
  const now = container?.state?.waiting?.reason ?? status?.phase ?? "";
  return [
    `${now}, not ready`,
    ...(ended === undefined ? [] : [`last ended: ${ended.reason ?? ""} (${ended.exitCode})`]),
  ].join(", ");
}

/** The machine goes, with everything on it. Only a node of the tests' own may be restarted. */
const nodeRestarted: Fault = {
  name: "node restarted",
  hidden: false,
  async happen(victim) {
    await new Docker().getContainer(nodeName(ownNames[0])).restart();
    // Until the kubelet is back, the API server says of the pods what it last heard.
    await expect
      .poll(() => victim.complaints(), { timeout: 60_000, interval: 100 })
      .not.toHaveLength(0);
  },
};
const nodeIsOurs = process.env["TEST_KUBECONFIG"] === undefined;

/** CI, whose time is short, sees these on Docker only. */
const seenOnDocker = [
  "PostgreSQL restarted",
  "PostgreSQL paused for 30 s",
  "network cut between history and postgres for 30 s",
  nodeRestarted.name,
];

describe("two replicas of each role", () => {
  const all = [...faults, ...(nodeIsOurs ? [nodeRestarted] : [])];
  const inShort = process.env["CI"] !== undefined;
  resilience(
    "kubernetes",
    arrange,
    inShort ? all.filter(({ name }) => !seenOnDocker.includes(name)) : all,
  );
});
