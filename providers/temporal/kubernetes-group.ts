/**
 * The resource `temporal:kubernetes:WorkloadGroup`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Call, ResourceType } from "../protocol/provider.ts";
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

/** Longest time that pods may take to end when the deployment says nothing else, in seconds; Pulumi's own default for Kubernetes objects. */
const defaultTimeoutSeconds = 600;

/** Nothing in the cluster until it goes: then all controllers that carry its labels are deleted at the same time, and their pods awaited. */
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
        `the workloads of namespace ${namespace} in context ${context} could not be stopped (${reason(error)}): see that the cluster can be reached, and run the command again`,
        { cause: error },
      );
    }
  },
};

async function removeAll(group: Group, { signal, timeoutSeconds }: Call): Promise<void> {
  const { kubeconfig, context, namespace, labels } = group;
  // The client takes a third of a second to load, which stacks on Docker are spared.
  const { AppsV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (config.getContextObject(context) === null)
    throw new Error("the kubeconfig has no such context");
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
  const end = Date.now() + (timeoutSeconds || defaultTimeoutSeconds) * 1000;
  let fault: unknown = new Error("their pods did not end in time");
  while (Date.now() < end) {
    try {
      const [deployments, sets] = await Promise.all([
        apps.listNamespacedDeployment(selected),
        apps.listNamespacedStatefulSet(selected),
      ]);
      if (deployments.items.length + sets.items.length === 0) return;
    } catch (error) {
      // A server that is away for a moment is asked again.
      fault = error;
    }
    await sleep(period, undefined, { signal });
  }
  throw fault;
}

/** What the API server says, or the error that another one wraps, as `fetch failed` does. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reason(error.cause);
  const status = z.object({ message: z.string() });
  const said = "body" in error && typeof error.body === "string" ? error.body : "{}";
  try {
    return status.parse(JSON.parse(said)).message;
  } catch {
    return error.message.split("\n", 1)[0] ?? "";
  }
}
