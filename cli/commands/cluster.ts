/**
 * `npm run cluster`.
 */
import { clusterStatus, clusterUp } from "../../dev-cluster/index.ts";
import { nodeName } from "../../dev-cluster/plan.ts";

/** Brings a dev cluster up, and says how it is used. */
export async function up(name: string): Promise<void> {
  const { kubeconfig, context, nodeAddress } = await clusterUp(name);
  console.log(`
Kubernetes cluster ${name} is up.

  export KUBECONFIG=${kubeconfig}    # context ${context}
  docker exec ${nodeName(name)} kubectl get pods --all-namespaces
  From this machine and from other containers, NodePorts are on ${nodeAddress}.
  npm run cluster down ${name} removes it all.`);
}

/** Says which dev clusters there are, and how they are. */
export async function status(): Promise<void> {
  const clusters = await clusterStatus();
  if (clusters.length === 0) {
    console.log("There is no cluster; npm run cluster up makes one.");
    return;
  }
  for (const { name, container, node, version = "", nodeAddress, kubeconfig } of clusters) {
    const parts = [`container ${container}`, `node ${node}`, version, nodeAddress, kubeconfig];
    console.log(`${name}  ${parts.filter((part) => part !== "").join("  ")}`);
  }
}
