/**
 * The resource `temporal:kubernetes:WorkloadGroup`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { AppsV1Api, CoreV1Api, V1DeploymentList } from "@kubernetes/client-node";
import { z } from "zod";
import { kubernetesAccess } from "../../clients/kubernetes/kubeconfig.ts";
import { reasonOf } from "../../clients/kubernetes/reason.ts";
import type { Call, ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";

const groupSchema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string(),
  namespace: z.string(),
  labels: z.record(z.string(), z.string()),
  stopGraceSeconds: z.number().optional(),
});

type Group = z.output<typeof groupSchema>;

/** Time between two looks at what still ends, in milliseconds. */
const period = 250;

/** Longest time that pods may take to end when the deployment says nothing else, in seconds; Pulumi's own default for Kubernetes objects. */
const defaultTimeoutSeconds = 600;

/**
 * Nothing in the cluster until it goes: then all controllers that carry its labels are deleted at the same time, and their pods awaited. With
 * `stopGraceSeconds`, pods of Deployments get no more time to end than that, in place of their own.
 */
export const kubernetesGroup: ResourceType = {
  onChange: "update",
  check: (news) => ({ inputs: news, failures: schemaFailures(groupSchema, news) }),
  create: (inputs) => Promise.resolve({ id: String(inputs["namespace"]), outputs: inputs }),
  update: (_state, inputs) => Promise.resolve(inputs),
  delete: async (_id, state, call) => {
    const group = groupSchema.parse(state);
    try {
      await removeAll(group, call);
    } catch (error) {
      const { context, namespace } = group;
      throw new Error(
        `the workloads of namespace ${namespace} in context ${context} could not be stopped (${reasonOf(error)}): see that the cluster can be reached, and run the command again`,
        { cause: error },
      );
    }
  },
};

async function removeAll(group: Group, { signal, timeoutSeconds }: Call): Promise<void> {
  const { namespace, labels, stopGraceSeconds } = group;
  const api = await connect(group);
  const selected = { namespace, labelSelector: selectorOf(labels) };
  const deployments = await api.apps.listNamespacedDeployment(selected);
  const pods = deployments.items.map(({ spec }) => ({
    namespace,
    labelSelector: selectorOf(spec?.selector.matchLabels ?? {}),
  }));
  if (stopGraceSeconds !== undefined) await endPods(api, deployments, pods, stopGraceSeconds);
  // In the foreground: a controller is there until its last pod is gone.
  const all = { ...selected, propagationPolicy: "Foreground" };
  await Promise.all([
    api.apps.deleteCollectionNamespacedDeployment(all),
    api.apps.deleteCollectionNamespacedStatefulSet(all),
  ]);
  const end = Date.now() + (timeoutSeconds || defaultTimeoutSeconds) * 1000;
  let fault: unknown = new Error("their pods did not end in time");
  while (Date.now() < end) {
    try {
      const left = await Promise.all([
        api.apps.listNamespacedDeployment(selected),
        api.apps.listNamespacedStatefulSet(selected),
        ...pods.map((some) => api.core.listNamespacedPod(some)),
      ]);
      if (left.every(({ items }) => items.length === 0)) return;
    } catch (error) {
      // A server that is away for a moment is asked again.
      fault = error;
    }
    await sleep(period, undefined, { signal });
  }
  throw fault;
}

interface Api {
  readonly apps: AppsV1Api;
  readonly core: CoreV1Api;
}

async function connect({ kubeconfig, context }: Group): Promise<Api> {
  const { config } = await kubernetesAccess({ kubeconfig, context });
  // The client takes a third of a second to load, which stacks on Docker are spared.
  const { AppsV1Api, CoreV1Api } = await import("@kubernetes/client-node");
  return { apps: config.makeApiClient(AppsV1Api), core: config.makeApiClient(CoreV1Api) };
}

interface Selected {
  readonly namespace: string;
  readonly labelSelector: string;
}

/**
 * Deletes the pods before their controllers. The garbage collector would give them the grace period of their own, which a kubelet does not shorten
 * once it has begun (`SyncTerminatingPod` in kubernetes/pkg/kubelet/kubelet.go). A paused Deployment makes no other ReplicaSet, and one that is
 * being deleted no other pods. Where this user may not do it, the pods end with their controllers and take their own time.
 */
async function endPods(
  { apps, core }: Api,
  { items: deployments }: V1DeploymentList,
  pods: readonly Selected[],
  gracePeriodSeconds: number,
): Promise<void> {
  try {
    const paused = [{ op: "add", path: "/spec/paused", value: true }];
    await Promise.all(
      deployments.map(({ metadata }) =>
        apps.patchNamespacedDeployment({
          name: metadata?.name ?? "",
          namespace: metadata?.namespace ?? "",
          body: paused,
        }),
      ),
    );
    await Promise.all(
      pods.map((some) =>
        apps.deleteCollectionNamespacedReplicaSet({ ...some, propagationPolicy: "Orphan" }),
      ),
    );
    await Promise.all(
      pods.map((some) => core.deleteCollectionNamespacedPod({ ...some, gracePeriodSeconds })),
    );
  } catch {
    // See above.
  }
}

type Labels = Readonly<Record<string, string>>;

function selectorOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
