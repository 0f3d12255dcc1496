/**
 * Whether a Kubernetes cluster can be used at all: one that cannot must not keep the stack's other clusters from being previewed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type KubeconfigFault,
  KubeconfigError,
  type KubernetesAccess,
  kubernetesAccess,
} from "../../clients/kubernetes/kubeconfig.ts";
import { defaultProbeTimeoutMs, probe } from "../../clients/kubernetes/probe.ts";
import type { Cluster, KubernetesTargetChoice, Lifecycle } from "../../platform/cluster.ts";
import { kedaFault } from "./keda-fault.ts";
import { prometheusOperatorFault } from "./prometheus-operator-fault.ts";
import { quotaFault } from "./quota.ts";

/**
 * Why a Kubernetes cluster is out of reach, takes no pods or lacks what workers or monitoring want, and what to do; undefined when it answers, whatever
 * it says of the credentials.
 */
export async function checkConnectivity(
  choice: KubernetesTargetChoice,
  lifecycle: Lifecycle,
  { workers, monitoring }: Pick<Cluster, "workers" | "monitoring">,
): Promise<string | undefined> {
  let access: KubernetesAccess;
  try {
    access = await kubernetesAccess(choice);
  } catch (error) {
    if (error instanceof KubeconfigError) return `${error.message}: ${remedies[error.kind]}`;
    throw error;
  }
  const answer = await probe(access);
  if (answer.kind === "silent") {
    const { server, context } = access;
    return `the API server ${server} of context ${context} does not answer (${answer.reason}): start it, or see that it can be reached from here`;
  }
  // What credentials may do is for the provider to find out.
  if (answer.kind === "refuses" || lifecycle === "stopped") return undefined;
  const late = sleep(defaultProbeTimeoutMs, undefined, { ref: false });
  const faults = Promise.all([
    quotaFault(access.config, choice),
    kedaFault(access.config, workers),
    prometheusOperatorFault(access.config, monitoring),
  ]).then((all) => all.find((fault) => fault !== undefined));
  return Promise.race([faults, late]);
}

const another =
  "name another by target.context, or another file by target.kubeconfig or KUBECONFIG";
const mend = "mend it, or name another by target.kubeconfig or KUBECONFIG";

const remedies: Readonly<Record<KubeconfigFault, string>> = {
  absent: another,
  unreadable: mend,
  "no such context": another,
  "no server": mend,
};
