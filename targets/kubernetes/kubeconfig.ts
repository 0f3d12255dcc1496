/**
 * Which kubeconfig is meant.
 */
import { homedir } from "node:os";
import type { KubernetesTargetChoice } from "../../platform/cluster.ts";

/** Path of the kubeconfig, or undefined where the user's own is meant; `~` is the user's home, which not every reader of paths knows. */
export function kubeconfigPath({ kubeconfig }: KubernetesTargetChoice): string | undefined {
  return kubeconfig?.replace(/^~(?=\/)/, homedir());
}
