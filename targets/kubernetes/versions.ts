/**
 * The versions of a worker as Deployments; see providers/temporal/worker-deployment. Their pods are those of workloads (pod.ts).
 */
import { defined } from "../../platform/defined.ts";
import type { Versions } from "../../platform/worker-versions.ts";
import type { Workload } from "../../platform/workload.ts";
import type {
  KubernetesPlace,
  WorkerDeploymentArgs,
} from "../../providers/temporal/worker-deployment/sdk.ts";
import type { VersionsOptions } from "../target.ts";
import { commonArgs, knownVersion, versionLabels } from "../versions.ts";
import type { SecretFinder } from "./container.ts";
import type { TargetContext } from "./context.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { deploymentSpec } from "./workload.ts";

/** Arguments of the resource that has all versions of a worker. */
export function versionsArgs(
  workload: Workload,
  versions: Versions,
  { owner, choice, ...place }: TargetContext,
  deploy: VersionsOptions,
  secret: SecretFinder,
): WorkerDeploymentArgs {
  const context = { ...place, owner, choice };
  const { buildId, own, shared } = knownVersion(workload, versions, deploy);
  const plain: Record<string, string> = {};
  const references: Record<string, ReturnType<SecretFinder>> = {};
  for (const [variable, value] of Object.entries(shared)) {
    if (typeof value === "string") plain[variable] = value;
    else references[variable] = secret(value.secret);
  }
  const runner: KubernetesPlace = {
    ...{ kind: "kubernetes", context: choice.context, namespace: place.namespace },
    ...defined({ kubeconfig: kubeconfigPath(choice) }),
    labels: { ...choice.labels, ...versionLabels(owner, workload) },
    secretVariables: references,
  };
  const version = { ...workload, environment: own };
  const spec = deploymentSpec(version, context, undefined, secret);
  return {
    ...commonArgs(owner, workload, versions, deploy),
    name: workload.name,
    environment: plain,
    runner,
    version: {
      buildId,
      spec: { manifest: { apiVersion: "apps/v1", kind: "Deployment", spec } },
    },
  };
}
