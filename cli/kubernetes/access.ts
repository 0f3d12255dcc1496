/**
 * How the Kubernetes clusters of a stack are reached, and what to do where a kubeconfig leads nowhere.
 */
import {
  type KubeconfigFault,
  type KubernetesAccess,
  KubeconfigError,
  kubernetesAccess,
} from "../../clients/kubernetes/kubeconfig.ts";
import { pathsOf } from "../../offline/paths.ts";
import { UserError } from "../../offline/user-error.ts";
import type { KubernetesNeeds } from "../pulumi/needs.ts";
import { ofDevCluster } from "./dev-cluster.ts";

/** What names the Kubernetes cluster of a cluster of the stack file. */
export type KubernetesChoice = Pick<KubernetesNeeds, "name" | "context" | "kubeconfig">;

/** How another kubeconfig is named. */
const byAnother = "KUBECONFIG or target.kubeconfig";

/**
 * How a cluster's API server is reached; asks nobody.
 *
 * @throws UserError when there is no kubeconfig, or none that can be read, or it does not have the context.
 */
export async function accessTo(
  choice: KubernetesChoice,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<KubernetesAccess> {
  const { name, context } = choice;
  try {
    return await kubernetesAccess(choice, {
      environment,
      directory: pathsOf(environment).project,
    });
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    throw fault(name, error.message, remedyFor(error.kind, context));
  }
}

/** What is wrong with a cluster of the stack file, and what to do. */
export function fault(name: string, what: string, remedy: string): UserError {
  return new UserError(`clusters[${name}]: ${what}: ${remedy}`);
}

function remedyFor(kind: KubeconfigFault, context: string): string {
  switch (kind) {
    case "absent":
      return ofDevCluster(context) ?? `name the one that has it by ${byAnother}`;
    case "no such context":
      return (
        ofDevCluster(context) ??
        `name one of them by target.context, or another kubeconfig by ${byAnother}`
      );
    case "unreadable":
    case "no server":
      return `mend it, or name another by ${byAnother}`;
  }
}
