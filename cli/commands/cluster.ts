/**
 * `npm run cluster`.
 */
import { Command } from "commander";
import {
  loadImagesInto,
  clusterBuild,
  clusterDown,
  clusterStatus,
  clusterUp,
} from "../../dev-cluster/index.ts";
import { defaultName, nodeName } from "../../dev-cluster/plan.ts";

/** The command with its sub-commands. */
export function clusterCommand(): Command {
  const cluster = new Command("cluster").description(
    "real one-node Kubernetes clusters in the local Docker engine, to try things out",
  );
  const named = (name: string, description: string): Command =>
    cluster
      .command(name)
      .description(description)
      .argument("[name]", "the cluster; several may be up side by side", defaultName);

  named("up", "bring a cluster up, with the platform's images in it").action(up);
  named("down", "remove a cluster and everything in it").action((name: string) =>
    clusterDown(name),
  );
  named("images", "load images into a cluster whose pods cannot pull them")
    .argument("[image...]", "as the engine knows them; by default the platform's")
    .action((name: string, images: readonly string[]) =>
      loadImagesInto(name, images.length === 0 ? {} : { images }),
    );
  cluster
    .command("build")
    .description("only make what a cluster is made of, which takes minutes once")
    .action(() => clusterBuild());
  cluster.command("status").description("what clusters there are, and how they are").action(status);
  return cluster;
}

async function up(name: string): Promise<void> {
  const { kubeconfig, context, nodeAddress } = await clusterUp(name);
  console.log(`
Kubernetes cluster ${name} is up.

  export KUBECONFIG=${kubeconfig}    # context ${context}
  docker exec ${nodeName(name)} kubectl get pods --all-namespaces
  From this machine and from other containers, NodePorts are on ${nodeAddress}.
  npm run cluster down ${name} removes it all.`);
}

async function status(): Promise<void> {
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
