/**
 * The way from Pulumi's provider `temporal` to a cluster's frontend, which needs no exposure: through the engine's API, or the API server's.
 */
import { defined } from "../platform/defined.ts";
import type { Cluster, Lifecycle } from "../platform/cluster.ts";
import { type FrontendArgs, TemporalProvider } from "../providers/temporal/objects/sdk.ts";
import { kubeconfigPath } from "./kubernetes/kubeconfig.ts";
import { prefixed } from "./names.ts";

/**
 * The provider of what a cluster's Temporal holds.
 *
 * @param stack Name of the stack, for labels.
 */
export function createTemporalProvider(
  stack: string,
  cluster: Cluster,
  lifecycle: Lifecycle,
): TemporalProvider {
  const frontend = frontendOf(stack, cluster, lifecycle);
  return new TemporalProvider(`${cluster.name}-temporal`, { frontend });
}

function frontendOf(stack: string, cluster: Cluster, lifecycle: Lifecycle): FrontendArgs {
  if (lifecycle === "stopped") return { kind: "stopped" };
  const { target, server } = cluster;
  const port = server.roles.frontend.ports.grpc;
  if (target.kind === "docker") {
    const container = prefixed({ stack, cluster: cluster.name }, "frontend", "0");
    return { kind: "docker", container, port, ...defined({ host: target.host }) };
  }
  const { context, namespace } = target;
  const kubeconfig = kubeconfigPath(target);
  return {
    ...{ kind: "kubernetes", context, namespace, service: "frontend", port },
    ...defined({ kubeconfig }),
  };
}
