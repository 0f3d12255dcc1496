/**
 * Half-made objects in Kubernetes clusters.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stackLabel } from "../../platform/labels.ts";
import type { Unfinished } from "./unfinished.ts";

/** How long an object may take to go, in milliseconds. */
const patience = 120_000;

/** Deletes an object that carries the stack's label; gives whether there was one. */
export async function removeFromCluster(
  found: Extract<Unfinished, { on: "kubernetes" }>,
  stack: string,
): Promise<boolean> {
  const { apiVersion, kind, name, namespace, kubeconfig, context } = found;
  // The client takes a third of a second to load, which stacks on Docker are spared.
  const client = await import("@kubernetes/client-node");
  const config = new client.KubeConfig();
  if (kubeconfig === undefined || kubeconfig === process.env["KUBECONFIG"]) {
    config.loadFromDefault();
  } else if (existsSync(kubeconfig)) config.loadFromFile(kubeconfig);
  else config.loadFromString(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const objects = client.KubernetesObjectApi.makeApiClient(config);
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const object = await objects.read({ apiVersion, kind, metadata });
  if (object.metadata?.labels?.[stackLabel] !== stack) return false;
  await objects.delete(object, ...([, , , ,] as undefined[]), "Foreground");
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const gone = await objects.read({ apiVersion, kind, metadata }).then(
      () => false,
      () => true,
    );
    if (gone) return true;
    await sleep(500);
  }
  return true;
}
