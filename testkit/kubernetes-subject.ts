/**
 * A cluster on the tests' Kubernetes cluster, as the contract of both targets sees it.
 */
import { randomInt } from "node:crypto";
import { PassThrough } from "node:stream";
import { CoreV1Api, Exec, type V1Pod, type V1Status } from "@kubernetes/client-node";
import { stackLabel } from "../platform/labels.ts";
import type { Subject } from "./subject.ts";
import { componentLabel, uniqueName } from "./leftovers.ts";
import { TestStack } from "./stack.ts";
import { testCluster, type TestCluster } from "./test-cluster.ts";
import { until } from "./test-namespace.ts";

/** A {@link Subject} in a namespace of its own. */
export interface KubernetesSubject extends Subject {
  readonly cluster: TestCluster;
  readonly core: CoreV1Api;
  /** The Kubernetes namespace; its name is the cluster's. */
  readonly namespace: string;
  /** Pods of the cluster that are not about to end. */
  pods(workload?: string): Promise<readonly V1Pod[]>;
}

/** Makes a cluster that is not up yet, in a stack and a Kubernetes cluster of its own unless they are given. */
export async function arrangeOnKubernetes(
  what: string,
  given: { readonly stack?: TestStack; readonly cluster?: TestCluster } = {},
): Promise<KubernetesSubject> {
  const name = uniqueName(what);
  const cluster = given.cluster ?? (await testCluster());
  const stack = given.stack ?? (await TestStack.create({}));
  const core = cluster.config.makeApiClient(CoreV1Api);
  const namespace = name;

  const pods = async (workload?: string): Promise<readonly V1Pod[]> => {
    const { items } = await core.listNamespacedPod({
      namespace,
      ...(workload === undefined ? {} : { labelSelector: `${componentLabel}=${workload}` }),
    });
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  };
  const exec = async (workload: string, ...command: readonly string[]): Promise<string> => {
    const [ready] = (await pods(workload)).filter(isReady);
    const pod = ready?.metadata?.name ?? "";
    const output = new PassThrough();
    const chunks: Buffer[] = [];
    output.on("data", (chunk: Buffer) => chunks.push(chunk));
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(cluster.config)
        .exec(namespace, pod, workload, [...command], output, output, null, false, resolve)
        .catch(reject);
    });
    const text = Buffer.concat(chunks).toString("utf8");
    if (status.status !== "Success") throw new Error(`${status.message ?? ""}: ${text}`);
    return text;
  };

  return {
    name,
    stack,
    cluster,
    core,
    namespace,
    target: {
      kind: "kubernetes",
      context: cluster.context,
      kubeconfig: cluster.kubeconfig,
      namespace,
      exposure: nodePorts(cluster.nodeAddress),
    },
    pods,
    exec,

    async running() {
      const groups = Map.groupBy(
        (await pods()).filter(isReady),
        ({ metadata }) => metadata?.labels?.[componentLabel] ?? "",
      );
      return Object.fromEntries(
        [...groups].map(([workload, members]) => [
          workload,
          members.map(({ metadata }) => metadata?.uid ?? "").sort(),
        ]),
      );
    },

    async leftOvers() {
      const labelSelector = `${stackLabel}=${stack.name}`;
      const namespaces = await core.listNamespace({ labelSelector });
      const volumes = await core.listPersistentVolume();
      return [
        ...namespaces.items.map(({ metadata }) => `Namespace ${metadata?.name ?? ""}`),
        ...volumes.items
          .filter(({ spec }) => spec?.claimRef?.namespace === namespace)
          .map(({ spec }) => `PersistentVolume of ${spec?.claimRef?.name ?? ""}`),
      ].sort();
    },

    async output(workload) {
      const logs = (await pods(workload)).map(({ metadata }) =>
        core.readNamespacedPodLog({ name: metadata?.name ?? "", namespace }),
      );
      return (await Promise.all(logs)).join("");
    },

    async kill(workload) {
      // A container's first process cannot be killed from inside; this signal ends it as abruptly (Go: a dump; PostgreSQL: no checkpoint).
      await exec(workload, "/bin/sh", "-c", "kill -s QUIT 1");
    },

    async restarts(workload) {
      const statuses = (await pods(workload)).flatMap(
        ({ status }) => status?.containerStatuses ?? [],
      );
      return statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
    },

    async removeAll(workloads) {
      const all = (await Promise.all(workloads.map((workload) => pods(workload)))).flat();
      await Promise.all(
        all.map(({ metadata }) =>
          core.deleteNamespacedPod({ name: metadata?.name ?? "", namespace }),
        ),
      );
    },

    async dispose() {
      await core.deleteNamespace({ name: namespace }).catch(() => undefined);
      await until(`namespace ${namespace} is gone`, async () => {
        const { items } = await core.listNamespace();
        return items.every(({ metadata }) => metadata?.name !== namespace);
      });
      await stack.dispose();
    },
  };
}

function isReady({ status }: V1Pod): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: is }) => type === "Ready" && is === "True",
  );
}

/** Every endpoint at a port of the node that hardly any other test has; the server would refuse what is taken. */
function nodePorts(address: string): object {
  const port = 30_000 + 3 * randomInt(0, 922);
  const at = (offset: number): object => ({ kind: "node-port", address, port: port + offset });
  return {
    ui: at(0),
    grpc: { ...at(1), authorization: "none" },
    frontend: { ...at(2), authorization: "none" },
  };
}
