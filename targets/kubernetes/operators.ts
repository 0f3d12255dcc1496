/**
 * Operators that serve a whole Kubernetes cluster.
 */
import * as kubernetes from "@pulumi/kubernetes";
import { defined } from "../../platform/defined.ts";
import { operatorChart } from "../../platform/cloudnative-pg.ts";
import { type Cluster, kubernetesClusterOf } from "../../platform/cluster.ts";
import type { Ready } from "../target.ts";
import { releaseOf } from "./chart.ts";
import { kubeconfigPath } from "./kubeconfig.ts";

/**
 * Installs the operators that the clusters ask for, each once for a Kubernetes cluster. They belong to the stack: a Temporal cluster that is removed
 * leaves the operator to the others, and the last one takes it along. What an operator runs goes on without it.
 *
 * @returns What must be there before an object of an operator's in a cluster.
 */
export function installOperators(clusters: readonly Cluster[]): (cluster: Cluster) => Ready {
  const installed = new Map<string, Ready>();
  for (const { target, postgres } of clusters) {
    if (target.kind !== "kubernetes" || postgres.kind !== "cloudnative-pg") continue;
    const where = kubernetesClusterOf(target);
    if (postgres.operator === "existing" || installed.has(where)) continue;
    const chart = operatorChart(postgres);
    const name = `${chart.release}-${where}`;
    const kubeconfig = kubeconfigPath(target);
    const provider = new kubernetes.Provider(name, {
      context: target.context,
      ...defined({ kubeconfig }),
    });
    installed.set(where, [releaseOf(name, chart, { provider })]);
  }
  return ({ target }) =>
    target.kind === "kubernetes" ? (installed.get(kubernetesClusterOf(target)) ?? []) : [];
}
