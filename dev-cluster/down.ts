/**
 * Removes a cluster.
 */
import { rm } from "node:fs/promises";
import { pathsOf } from "../offline/paths.ts";
import { type Report, step } from "../offline/steps.ts";
import { isNotFound } from "../clients/docker.ts";
import { clusterEngine, kubeconfigPath } from "./engine.ts";
import { nodeContainers, removeNetwork } from "./network.ts";
import { checkedName, clusterLabel } from "./plan.ts";

/** Removes everything of a cluster, and with the last one the network; what is not there is no fault. */
export async function clusterDown(name: string, report: Report = console.log): Promise<void> {
  checkedName(name);
  const paths = pathsOf(process.env);
  const engine = await clusterEngine(paths);
  const containers = (await nodeContainers(engine)).filter((one) => one.name === name);
  const filters = { label: [`${clusterLabel}=${name}`] };
  const { Volumes: volumes } = await engine.listVolumes({ filters });
  if (containers.length + volumes.length === 0) report(`there is no cluster ${name}`);
  else {
    await step(
      `remove cluster ${name}`,
      async () => {
        for (const { id } of containers) await engine.getContainer(id).remove({ force: true });
        for (const { Name } of volumes) await engine.getVolume(Name).remove();
      },
      report,
    );
  }
  await rm(kubeconfigPath(paths, name), { force: true });
  if ((await nodeContainers(engine)).length === 0) await removeNetwork(engine).catch(ignoreGone);
}

/** Another process may have removed it first. */
function ignoreGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
