/**
 * The stack's clusters that run in a cluster of `npm run cluster`. Its pods find no registry, so that images are brought to them.
 */
import { existsSync, readFileSync } from "node:fs";
import type Docker from "dockerode";
import { imageNamed, imageNames } from "../../platform/images.ts";
import { clusterEngine, kubeconfigPath } from "../../dev-cluster/engine.ts";
import { loadImagesInto } from "../../dev-cluster/index.ts";
import { accessOf } from "../../dev-cluster/kubeconfig.ts";
import { contextName } from "../../dev-cluster/plan.ts";
import { ensureImages } from "../../offline/images/index.ts";
import type { Paths } from "../../offline/paths.ts";
import { isNotFound } from "../../clients/docker.ts";
import type { ImageNeeds } from "../pulumi/needs.ts";
import type { Report } from "../../offline/steps.ts";

/** What to do about a context that is missing and has the name of a dev cluster's; undefined for other names. */
export function ofDevCluster(context: string): string | undefined {
  const name = nameIn(context);
  if (name === undefined) return undefined;
  return `npm run cluster up ${name} makes that cluster and says which KUBECONFIG to export`;
}

/**
 * The name of the dev cluster that a context leads to; undefined when it leads elsewhere, under whatever name.
 *
 * @param server URL of the context's API server.
 */
export function devClusterOf(context: string, server: string, paths: Paths): string | undefined {
  const name = nameIn(context);
  if (name === undefined) return undefined;
  const path = kubeconfigPath(paths, name);
  if (!existsSync(path)) return undefined;
  return accessOf(readFileSync(path, "utf8")).server === server ? name : undefined;
}

function nameIn(context: string): string | undefined {
  const prefix = contextName("");
  return context.startsWith(prefix) && context !== prefix
    ? context.slice(prefix.length)
    : undefined;
}

/**
 * Sees that a dev cluster has the images of a cluster of the stack: the platform's, and of its workers' those that the engine has. The others are the
 * nodes' to pull.
 *
 * @throws UserError when it is not up, or no engine answers.
 */
export async function loadStackImages(
  devCluster: string,
  {
    serverVersion,
    sources,
    optional = [],
    workerImages,
  }: ImageNeeds & { readonly workerImages: readonly string[] },
  paths: Paths,
  report: Report,
): Promise<void> {
  // The engine that the cluster is in, whichever the stack's others run on.
  const engine = await clusterEngine(paths);
  const names = [...imageNames, ...optional];
  await ensureImages({
    engine,
    serverVersions: [serverVersion],
    sources,
    only: names,
    cacheDir: paths.cache,
    report,
  });
  const catalogue = names.map((name) => imageNamed(name, serverVersion, sources));
  const there = await Promise.all(workerImages.map((reference) => hasImage(engine, reference)));
  const images = [
    ...catalogue.map(({ reference }) => reference),
    ...workerImages.filter((_, index) => there[index]),
  ];
  await loadImagesInto(devCluster, { images, report });
}

async function hasImage(engine: Docker, reference: string): Promise<boolean> {
  try {
    await engine.getImage(reference).inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
