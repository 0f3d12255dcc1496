/**
 * The engine that clusters run on, and what this machine keeps of them.
 */
import { join } from "node:path";
import type Docker from "dockerode";
import { dockerClient } from "../clients/docker.ts";
import { ensureEngine } from "../offline/engine/index.ts";
import type { Paths } from "../offline/paths.ts";

/**
 * The user's engine, running. Others who ask for it in this process get the same.
 *
 * @throws UserError that says what to install or start.
 */
export async function clusterEngine(paths: Paths): Promise<Docker> {
  const { host } = await ensureEngine(paths, process.env);
  return dockerClient(host, process.env);
}

/** Path of a cluster's kubeconfig. */
export function kubeconfigPath({ clusters }: Paths, name: string): string {
  return join(clusters, `${name}.yaml`);
}
