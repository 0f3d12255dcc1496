/**
 * What clusters there are and how they are.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { pathsOf } from "../offline/paths.ts";
import { clusterEngine, kubeconfigPath } from "./engine.ts";
import { healthOf } from "./health.ts";
import { accessOf } from "./kubeconfig.ts";
import { nodeContainers } from "./network.ts";

/** How a cluster is. */
export interface ClusterStatus {
  readonly name: string;
  /** Of the container, as the engine says it, such as `running`. */
  readonly container: string;
  /** `ready`, `not ready`, or `no answer` of the API server. */
  readonly node: "ready" | "not ready" | "no answer";
  /** Of Kubernetes, such as `v1.34.4`, when the API server answers. */
  readonly version?: string;
  /** Where its NodePorts are, for this machine and for other containers; empty while the container does not run. */
  readonly nodeAddress: string;
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
}

/** All clusters, by name; changes nothing. */
export async function clusterStatus(): Promise<readonly ClusterStatus[]> {
  const paths = pathsOf(process.env);
  const containers = await nodeContainers(await clusterEngine(paths));
  return Promise.all(
    containers.map(async ({ name, state, address }) => {
      const kubeconfig = kubeconfigPath(paths, name);
      const health =
        state === "running" && existsSync(kubeconfig)
          ? await healthOf(accessOf(await readFile(kubeconfig, "utf8")))
          : undefined;
      return {
        name,
        container: state,
        node: health === undefined ? "no answer" : health.nodeReady ? "ready" : "not ready",
        ...(health === undefined ? {} : { version: health.version }),
        nodeAddress: address,
        kubeconfig,
      };
    }),
  );
}
