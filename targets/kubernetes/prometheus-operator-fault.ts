/**
 * Whether a Prometheus operator's kinds of objects are there for the cluster that is watched by one: without them, `preview` would say nothing, and `up`
 * would end half-way with `404 page not found`.
 */
import { ApiException, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import type { Cluster } from "../../platform/cluster.ts";
import { operatorApi, operatorKinds } from "../../platform/monitoring/operator.ts";

/** What is wrong, and what to do; undefined when nothing is, or when the server does not say. */
export async function prometheusOperatorFault(
  config: KubeConfig,
  monitoring: Cluster["monitoring"],
): Promise<string | undefined> {
  if (monitoring.kind !== "operator") return undefined;
  const there = await kindsThere(config);
  const missing = operatorKinds.filter((kind) => there?.has(kind) === false);
  if (missing.length === 0) return undefined;
  const { group, version } = operatorApi;
  return `monitoring.kind operator needs a Prometheus operator, whose ${missing.join(" and ")} (${group}/${version}) the API server does not have: install one, such as by the chart kube-prometheus-stack, or set monitoring.kind to managed (runbooks/monitoring.md, "An operator's Prometheus")`;
}

/** The kinds of the operator's API; undefined when the server does not say. */
async function kindsThere(config: KubeConfig): Promise<ReadonlySet<string> | undefined> {
  try {
    const { resources } = await config.makeApiClient(CustomObjectsApi).getAPIResources(operatorApi);
    return new Set(resources.map(({ kind }) => kind));
  } catch (error) {
    return error instanceof ApiException && error.code === 404 ? new Set() : undefined;
  }
}
