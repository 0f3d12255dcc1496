/**
 * This platform's stack on a Kubernetes cluster, with one replica of each role: the context of TEST_KUBECONFIG, else a dev cluster.
 */
import { metricsPort, serviceRoles } from "../../platform/roles.ts";
import { arrangeOnKubernetes } from "../../testkit/kubernetes-subject.ts";
import setUp from "../../testkit/test-cluster.ts";
import { stateTransitions, useFromCgroup } from "../meter.ts";
import { devStack } from "./platform.ts";
import { serving, type Subject } from "./subject.ts";

const parts = ["postgres", ...serviceRoles, "ui", "gateway"];

/** The files of a container's cgroup, where the node has version 2, and where it has version 1. */
const cgroup = [
  "/bin/sh",
  "-c",
  "cd /sys/fs/cgroup && cat cpu.stat memory.stat memory.current 2>/dev/null || " +
    "cat cpuacct/cpuacct.usage memory/memory.stat memory/memory.usage_in_bytes",
];

/** Brings a stack up. */
export async function platformOnKubernetes(): Promise<Subject> {
  const tearDown = await setUp(undefined, 1);
  const cluster = await arrangeOnKubernetes("bench");
  const { name, namespace, stack, target, core } = cluster;
  await stack.configure({ clusters: [{ name, target, server: devStack }] });
  return {
    name: "Kubernetes",

    async resume() {
      await stack.up();
      const { clusters } = (await stack.outputs()) as {
        clusters: Record<string, { gatewayAddress: string }>;
      };
      const address = clusters[name]?.gatewayAddress ?? "";
      await serving(address);
      return address;
    },

    async halt() {
      await stack.up({ TEMPORAL_LIFECYCLE: "stopped" });
    },

    async counters() {
      const uses = await Promise.all(
        parts.map(
          async (part) => [part, useFromCgroup(await cluster.exec(part, ...cgroup))] as const,
        ),
      );
      const [history] = await cluster.pods("history");
      const metrics = await core.connectGetNamespacedPodProxyWithPath({
        name: `${history?.metadata?.name ?? ""}:${metricsPort}`,
        namespace,
        path: "metrics",
      });
      return {
        containers: Object.fromEntries(uses),
        stateTransitions: stateTransitions(metrics),
      };
    },

    async dispose() {
      await cluster.dispose();
      await tearDown();
    },
  };
}
