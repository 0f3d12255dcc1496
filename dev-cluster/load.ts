/**
 * Which images a cluster gets. What is carried is in images.ts.
 */
import type Docker from "dockerode";
import { imageCatalogue } from "../platform/images.ts";
import { defaultServerVersion, isSupported, parseServerVersion } from "../platform/versions.ts";
import { ensureImages } from "../offline/images/index.ts";
import { type Paths, pathsOf } from "../offline/paths.ts";
import type { Report } from "../offline/steps.ts";
import { UserError } from "../offline/user-error.ts";
import { clusterEngine } from "./engine.ts";
import { loadImage } from "./images.ts";
import { nodeContainers } from "./network.ts";
import { checkedName } from "./plan.ts";

/** What a cluster is to have. */
export interface ClusterOptions {
  /** Images for its pods, as the engine knows them; by default the platform's, which are pulled or built if they are missing. */
  readonly images?: readonly string[];
  readonly report?: Report;
}

/**
 * Carries images into a cluster that is up, unless they are there already.
 *
 * @param images As the engine knows them; by default the platform's.
 * @throws UserError when there is no such cluster, or no such image.
 */
export async function loadImagesInto(name: string, options: ClusterOptions = {}): Promise<void> {
  checkedName(name);
  const { images, report = console.log } = options;
  const paths = pathsOf(process.env);
  const engine = await clusterEngine(paths);
  const found = (await nodeContainers(engine)).find((one) => one.name === name);
  if (found?.state !== "running") {
    throw new UserError(`cluster ${name} is not up: npm run cluster up ${name}`);
  }
  const references = images ?? (await platformImages(engine, paths, report));
  await loadImages(engine, engine.getContainer(found.id), references, report);
}

/** Sees to the platform's images; gives also those of other versions that the engine happens to have. */
export async function platformImages(
  engine: Docker,
  { cache }: Paths,
  report: Report,
): Promise<readonly string[]> {
  await ensureImages({ engine, serverVersions: [defaultServerVersion], cacheDir: cache, report });
  const there = (await engine.listImages()).flatMap(({ RepoTags: tags }) => tags ?? []);
  const versions = there.flatMap((reference) => {
    const tag = reference.split(":").at(-1) ?? "";
    const version = parseServerVersion(tag);
    return version !== undefined && isSupported(version) ? [tag] : [];
  });
  const ours = [defaultServerVersion, ...versions].flatMap((version) =>
    Object.values(imageCatalogue(version)).map(({ reference }) => reference),
  );
  return [...new Set(ours)].filter((reference) => there.includes(reference));
}

/** Carries images into a node, one after the other; the node's disk would gain nothing from more. */
export async function loadImages(
  engine: Docker,
  node: Docker.Container,
  references: readonly string[],
  report: Report,
): Promise<void> {
  for (const reference of references) {
    await loadImage(engine, node, reference, report);
  }
}
