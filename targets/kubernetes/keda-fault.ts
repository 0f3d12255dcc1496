/**
 * Whether KEDA is there for the workers that are scaled by it: without its kinds of objects, `up` would fail only once everything else runs.
 */
import { ApiException, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import type { Cluster } from "../../platform/cluster.ts";
import { runWorkers } from "../../platform/workers.ts";
import { kedaApi } from "./keda.ts";

/** What is wrong, and what to do; undefined when nothing is, or when the server does not say. */
export async function kedaFault(
  config: KubeConfig,
  workers: Cluster["workers"],
): Promise<string | undefined> {
  const scaled = runWorkers({ workers }).flatMap(([name, { scaling }]) =>
    scaling === undefined ? [] : [`workers.${name}.scaling`],
  );
  if (scaled.length === 0) return undefined;
  try {
    await config.makeApiClient(CustomObjectsApi).getAPIResources(kedaApi);
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) {
      const [which, needs] = [scaled.join(", "), scaled.length > 1 ? "need" : "needs"];
      return `${which} ${needs} KEDA, whose API ${kedaApi.group}/${kedaApi.version} the API server does not have: install KEDA 2.17 or newer by its chart (runbooks/workers.md, "Scaling")`;
    }
  }
  return undefined;
}
