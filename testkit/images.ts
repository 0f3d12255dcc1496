/**
 * Images that only some tests need.
 */
import type Docker from "dockerode";
import { devClusterOf } from "../cli/kubernetes/dev-cluster.ts";
import { loadImagesInto } from "../dev-cluster/index.ts";
import { ensureImages } from "../offline/images/index.ts";
import { pathsOf } from "../offline/paths.ts";
import type { ImageName } from "../platform/images.ts";
import { defaultServerVersion } from "../platform/versions.ts";
import type { TestCluster } from "./test-cluster.ts";

/** Sees to it that an engine has the images, of the default version of the server or of others; says what it does. */
export async function imagesOn(
  engine: Docker,
  only: readonly ImageName[],
  serverVersions: readonly string[] = [defaultServerVersion],
): Promise<void> {
  const { cache: cacheDir } = pathsOf(process.env);
  await ensureImages({ engine, serverVersions, only, cacheDir, report: console.log });
}

/** Carries images of the local engine into a dev cluster; the nodes of another cluster pull what they need. */
export async function imagesInCluster(
  cluster: TestCluster,
  references: readonly string[],
): Promise<void> {
  const name = devClusterOfTest(cluster);
  if (name !== undefined) await loadImagesInto(name, { images: references });
}

/** Name of the dev cluster that a test runs on; undefined where it is another cluster. */
export function devClusterOfTest({ config, context }: TestCluster): string | undefined {
  const server = config.getCurrentCluster()?.server ?? "";
  return devClusterOf(context, server, pathsOf(process.env));
}
