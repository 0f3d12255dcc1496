/**
 * Turns a cluster's choice of target into the target and the provider that reaches it.
 */
import * as docker from "@pulumi/docker";
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { defined } from "../platform/defined.ts";
import type { Cluster, Lifecycle } from "../platform/cluster.ts";
import { dockerTarget } from "./docker/target.ts";
import { kubeconfigPath } from "./kubernetes/kubeconfig.ts";
export { createTemporalProvider } from "./frontend.ts";
export { installOperators } from "./kubernetes/operators.ts";
import { kubernetesTarget } from "./kubernetes/target.ts";
import type { Target } from "./target.ts";

/**
 * Why a cluster's place is out of reach or does not take what is to run, and what to do; undefined when it does. The user's default engine is not
 * asked: its provider says so itself.
 *
 * @param environment See clients/docker.ts.
 */
export async function checkConnectivity(
  cluster: Cluster,
  lifecycle: Lifecycle,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { target } = cluster;
  // The clients take up to a third of a second to load, which others are spared.
  if (target.kind === "docker") {
    if (target.host === undefined) return undefined;
    const { checkConnectivity: why } = await import("./docker/connectivity.ts");
    return why(target.host, environment);
  }
  const { checkConnectivity: why } = await import("./kubernetes/connectivity.ts");
  return why(target, lifecycle, cluster);
}

/** A target and the provider that its resources inherit from the component they are in. */
export interface CreatedTarget {
  readonly target: Target;
  readonly provider: pulumi.ProviderResource;
}

/**
 * The target of a cluster.
 *
 * @param stack Name of the stack, for labels.
 */
export function createTarget(stack: string, cluster: Cluster): CreatedTarget {
  const owner = { stack, cluster: cluster.name };
  switch (cluster.target.kind) {
    case "docker": {
      const { host } = cluster.target;
      return {
        target: dockerTarget(owner, cluster.target),
        provider: new docker.Provider(`${cluster.name}-docker`, host === undefined ? {} : { host }),
      };
    }
    case "kubernetes": {
      const { context } = cluster.target;
      const kubeconfig = kubeconfigPath(cluster.target);
      return {
        target: kubernetesTarget(owner, cluster.target, cluster.onDestroy),
        provider: new kubernetes.Provider(`${cluster.name}-kubernetes`, {
          context,
          ...defined({ kubeconfig }),
          enableServerSideApply: true,
          // A ConfigMap without `immutable` changes in place: running pods see its other content.
          enableConfigMapMutable: true,
          // What an earlier stack kept is taken over; anything else that is there already is somebody's, and an error.
          upsertExistingObjects: cluster.onDestroy === "keep",
        }),
      };
    }
  }
}
