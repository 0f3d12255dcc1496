/**
 * Turns a cluster's choice of target into the target and the provider that reaches it.
 */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../platform/cluster.ts";
import { DockerTarget } from "./docker/target.ts";
import type { Target } from "./target.ts";

/** A target and the provider that its resources inherit from the component they are in. */
export interface Reached {
  readonly target: Target;
  readonly provider: pulumi.ProviderResource;
}

/**
 * The target of a cluster.
 *
 * @param stack Name of the stack, for labels.
 */
export function reach(stack: string, cluster: Cluster): Reached {
  const owner = { stack, cluster: cluster.name };
  switch (cluster.target.kind) {
    case "docker": {
      const { host } = cluster.target;
      return {
        target: new DockerTarget(owner, cluster.target, cluster.images.registry),
        provider: new docker.Provider(`${cluster.name}-docker`, host === undefined ? {} : { host }),
      };
    }
    case "kubernetes":
      throw new pulumi.RunError(
        `clusters[name=${cluster.name}].target.kind: kubernetes cannot be deployed by this version yet; use docker`,
      );
  }
}
