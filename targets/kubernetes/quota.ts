/**
 * Whether a namespace's quotas let pods in that have no limit of processor time: those that are refused would only be noticed by waiting for them.
 */
import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import type { KubernetesTargetChoice } from "../../platform/cluster.ts";

/** What is wrong, and what to do; undefined when nothing is, or when the namespace is yet to be made or may not be looked at. */
export async function quotaFault(
  config: KubeConfig,
  { namespace, cpuLimits }: KubernetesTargetChoice,
): Promise<string | undefined> {
  if (cpuLimits === "required") return undefined;
  const core = config.makeApiClient(CoreV1Api);
  try {
    const { items: quotas } = await core.listNamespacedResourceQuota({ namespace });
    // One with a scope is about some pods only.
    const quota = quotas.find(
      ({ spec }) =>
        spec?.hard?.["limits.cpu"] !== undefined &&
        (spec.scopes ?? []).length === 0 &&
        spec.scopeSelector === undefined,
    );
    if (quota === undefined) return undefined;
    const { items: ranges } = await core.listNamespacedLimitRange({ namespace });
    const given = ranges
      .flatMap(({ spec }) => spec?.limits ?? [])
      .some((range) => range.type === "Container" && range._default?.["cpu"] !== undefined);
    if (given) return undefined;
    return `quota ${quota.metadata?.name ?? ""} of namespace ${namespace} refuses containers without a limit of processor time: set target.cpuLimits to required`;
  } catch {
    return undefined;
  }
}
