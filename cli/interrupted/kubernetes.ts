/**
 * Half-made objects in Kubernetes clusters.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { defined } from "../../platform/defined.ts";
import { kubernetesAccess } from "../../clients/kubernetes/kubeconfig.ts";
import { mustFinish, stackLabel } from "../../platform/labels.ts";
import { pathsOf } from "../../offline/paths.ts";
import type { Manifest } from "../../offline/plugins/kubernetes/manifest.ts";
import type { Report } from "../../offline/steps.ts";
import type { Group } from "./groups.ts";
import type { Unfinished } from "./unfinished.ts";

/** How long an object may take to go, in seconds. */
const timeoutSeconds = 120;

/** Deletes an object that carries the stack's label; gives whether there was one. */
export async function removeFromCluster(
  { kubeconfig, context, ...found }: Extract<Unfinished, { on: "kubernetes" }>,
  stack: string,
  report: Report,
): Promise<boolean> {
  // The client takes a third of a second to load, which stacks on Docker are spared.
  const { KubernetesApi } = await import("../../offline/plugins/kubernetes/cluster.ts");
  const { untilGone } = await import("../../offline/plugins/kubernetes/await/wait.ts");
  const cluster = await KubernetesApi.connect({
    ...defined({ kubeconfig, context }),
  });
  const { apiVersion, kind, name, namespace } = found;
  const reference = { apiVersion, kind, name, ...defined({ namespace }) };
  const object = await cluster.read(reference);
  if (object?.metadata?.labels?.[stackLabel] !== stack) return false;
  if (isFinishing(object)) {
    report(
      `  ${found.name} of the killed deployment still runs and must not be cut: waiting for its end …`,
    );
    while (isFinishing(await cluster.read(reference))) await sleep(1000);
  }
  await cluster.remove(reference, "Foreground");
  await untilGone(cluster, object, { signal: new AbortController().signal, timeoutSeconds });
  return true;
}

/** Whether an object is a Job that runs and must not be cut, such as a migration of the schema. */
function isFinishing(object: Manifest | undefined): boolean {
  const { active } = (object?.["status"] ?? {}) as { readonly active?: number };
  const annotations = object?.metadata?.annotations ?? {};
  const marked = Object.entries(mustFinish).every(([key, value]) => annotations[key] === value);
  return marked && (active ?? 0) > 0;
}

/** Deletes all members of a group; and waits until they are gone; gives their names. */
export async function removeMembersFromCluster({
  kubeconfig,
  context,
  namespace,
  labels,
}: Extract<Group, { on: "kubernetes" }>): Promise<readonly string[]> {
  const { config } = await kubernetesAccess(
    { kubeconfig, context },
    { environment: process.env, directory: pathsOf(process.env).project },
  );
  const { AppsV1Api } = await import("@kubernetes/client-node");
  const apps = config.makeApiClient(AppsV1Api);
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const selected = { namespace, labelSelector };
  const lists = await Promise.all([
    apps.listNamespacedDeployment(selected),
    apps.listNamespacedStatefulSet(selected),
  ]);
  const names = lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ""));
  if (names.length === 0) return [];
  const all = { ...selected, propagationPolicy: "Foreground" };
  await Promise.all([
    apps.deleteCollectionNamespacedDeployment(all),
    apps.deleteCollectionNamespacedStatefulSet(all),
  ]);
  const end = Date.now() + timeoutSeconds * 1000;
  while (Date.now() < end) {
    const left = await Promise.all([
      apps.listNamespacedDeployment(selected),
      apps.listNamespacedStatefulSet(selected),
    ]);
    if (left.every(({ items }) => items.length === 0)) break;
    await sleep(500);
  }
  return names;
}
