/**
 * The resource `temporal:kubernetes:WorkloadGroup`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";

const groupSchema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string(),
  namespace: z.string(),
  labels: z.record(z.string(), z.string()),
});

type Group = z.output<typeof groupSchema>;

/** Time between two looks at what still ends, in milliseconds. */
const period = 250;

/** Nothing in the cluster until it goes: then all controllers that carry its labels are deleted at the same time, and their pods awaited. */
export const kubernetesGroup: ResourceType = {
  onChange: "update",
  check: (news) => ({ inputs: news, failures: schemaFailures(groupSchema, news) }),
  create: (inputs) => Promise.resolve({ id: String(inputs["namespace"]), outputs: inputs }),
  update: (_state, inputs) => Promise.resolve(inputs),
  delete: (_id, state, { signal }) => removeAll(groupSchema.parse(state), signal),
};

async function removeAll(group: Group, signal: AbortSignal): Promise<void> {
  const { kubeconfig, context, namespace, labels } = group;
  // The client takes a third of a second to load, which stacks on Docker are spared.
  const { AppsV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  const apps = config.makeApiClient(AppsV1Api);
  const selected = {
    namespace,
    labelSelector: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  };
  // In the foreground: a controller is there until its last pod is gone.
  const all = { ...selected, propagationPolicy: "Foreground" };
  await Promise.all([
    apps.deleteCollectionNamespacedDeployment(all),
    apps.deleteCollectionNamespacedStatefulSet(all),
  ]);
  for (;;) {
    const [deployments, sets] = await Promise.all([
      apps.listNamespacedDeployment(selected),
      apps.listNamespacedStatefulSet(selected),
    ]);
    if (deployments.items.length + sets.items.length === 0) return;
    await sleep(period, undefined, { signal });
  }
}
