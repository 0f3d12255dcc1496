/**
 * Half-made objects in Kubernetes clusters.
 */
import { stackLabel } from "../../platform/labels.ts";
import type { Unfinished } from "./unfinished.ts";

/** How long an object may take to go, in seconds. */
const timeoutSeconds = 120;

/** Deletes an object that carries the stack's label; gives whether there was one. */
export async function removeFromCluster(
  { kubeconfig, context, ...found }: Extract<Unfinished, { on: "kubernetes" }>,
  stack: string,
): Promise<boolean> {
  // The client takes a third of a second to load, which stacks on Docker are spared.
  const { Cluster } = await import("../plugins/kubernetes/cluster.ts");
  const { untilGone } = await import("../plugins/kubernetes/await/wait.ts");
  const cluster = Cluster.connect({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  const { apiVersion, kind, name, namespace } = found;
  const reference = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const object = await cluster.read(reference);
  if (object?.metadata?.labels?.[stackLabel] !== stack) return false;
  await cluster.remove(reference, "Foreground");
  await untilGone(cluster, object, { signal: new AbortController().signal, timeoutSeconds });
  return true;
}
