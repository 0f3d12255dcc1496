/**
 * Images that only some tests need.
 */
import type Docker from "dockerode";
import { ensureImages } from "../offline/images/index.ts";
import { pathsOf } from "../offline/paths.ts";
import type { ImageName } from "../platform/images.ts";
import { defaultServerVersion } from "../platform/versions.ts";

/** Sees to it that an engine has the images, of the default version of the server or of others; says what it does. */
export async function imagesOn(
  engine: Docker,
  only: readonly ImageName[],
  serverVersions: readonly string[] = [defaultServerVersion],
): Promise<void> {
  const { cache: cacheDir } = pathsOf(process.env);
  await ensureImages({ engine, serverVersions, only, cacheDir, report: console.log });
}
