/**
 * Declares `resource-temporal cluster`.
 */
import { Command } from "commander";
import { defaultName } from "../../dev-cluster/plan.ts";

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

  named("up", "bring a cluster up, with the platform's images in it").action(async (name: string) =>
    (await import("../commands/cluster.ts")).up(name),
  );
  named("down", "remove a cluster and everything in it").action(async (name: string) =>
    (await devCluster()).clusterDown(name),
  );
  named("images", "load images into a cluster whose pods cannot pull them")
    .argument("[image...]", "as the engine knows them; by default the platform's")
    .action(async (name: string, images: readonly string[]) =>
      (await devCluster()).loadImagesInto(name, images.length === 0 ? {} : { images }),
    );
  cluster
    .command("build")
    .description("only make what a cluster is made of, which takes minutes once")
    .action(async () => (await devCluster()).clusterBuild());
  cluster
    .command("status")
    .description("what clusters there are, and how they are")
    .action(async () => (await import("../commands/cluster.ts")).status());
  return cluster;
}

function devCluster(): Promise<typeof import("../../dev-cluster/index.ts")> {
  return import("../../dev-cluster/index.ts");
}
