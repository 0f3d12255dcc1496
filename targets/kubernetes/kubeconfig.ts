/**
 * Which kubeconfig is meant.
 */
import { withHome } from "../../clients/kubernetes/kubeconfig.ts";
import type { KubernetesTargetChoice } from "../../platform/cluster.ts";

/** Path of the kubeconfig, or undefined where the user's own is meant. */
export function kubeconfigPath({ kubeconfig }: KubernetesTargetChoice): string | undefined {
  return kubeconfig === undefined ? undefined : withHome(kubeconfig);
}
