/**
 * Sees that a Docker engine has every image of the catalogue: there already, pulled, or built from package registries.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { arch } from "node:os";
import { join } from "node:path";
import {
  type Image,
  imageCatalogue,
  type ImageName,
  imageNames,
  imageReference,
} from "../../platform/images.ts";
import { present, type Report, step } from "../steps.ts";
import { writeArchive } from "./archive.ts";
import { defaultEngine, imageSize, loadImage, pullImage } from "./engine.ts";
import { hashOfRecipes, recipes } from "./recipes.ts";

/** Where an image came from. */
export interface ImageOutcome {
  readonly reference: string;
  readonly origin: "present" | "pulled" | "built" | "loaded from the cache";
  readonly sizeBytes: number;
}

/** What is wanted. */
export interface ImagesWanted {
  /** Versions of the Temporal server; each has an image of its own for the server and the admin tools. */
  readonly serverVersions: readonly string[];
  readonly registryPrefix?: string;
  readonly only?: readonly ImageName[];
  readonly cacheDir: string;
  readonly report: Report;
}

/**
 * Sees to all images.
 *
 * Whether the registry answers is found out once: the first pull that fails sends everything after it to the builders.
 */
export async function ensureImages(wanted: ImagesWanted): Promise<readonly ImageOutcome[]> {
  const engine = defaultEngine();
  const { report } = wanted;
  const outcomes: ImageOutcome[] = [];
  let registryAnswers = true;

  for (const { name, image, serverVersion } of images(wanted)) {
    const reference = imageReference(image, wanted.registryPrefix);
    const outcome = async (origin: ImageOutcome["origin"]): Promise<void> => {
      outcomes.push({ reference, origin, sizeBytes: (await imageSize(engine, reference)) ?? 0 });
    };
    if ((await imageSize(engine, reference)) !== undefined) {
      present(`image ${reference}`, report);
      await outcome("present");
      continue;
    }
    if (registryAnswers) {
      registryAnswers = await step(`pull ${reference}`, () => pullImage(engine, reference), report);
      if (registryAnswers) {
        await outcome("pulled");
        continue;
      }
      report("  the registry does not answer: images are built here, from package registries");
    }
    const archive = await archivePath(name, image, reference, wanted.cacheDir);
    if (existsSync(archive)) {
      await step(`load ${reference} from the cache`, () => loadImage(engine, archive), report);
      await outcome("loaded from the cache");
    } else {
      const build = () => buildArchive(name, archive, reference, serverVersion, wanted.cacheDir);
      await step(`build ${reference}`, build, report);
      await step(`load ${reference}`, () => loadImage(engine, archive), report);
      await outcome("built");
    }
  }
  return outcomes;
}

interface WantedImage {
  readonly name: ImageName;
  readonly image: Image;
  readonly serverVersion: string;
}

function images({ serverVersions, only = imageNames }: ImagesWanted): readonly WantedImage[] {
  const all = serverVersions.flatMap((serverVersion) =>
    imageNames
      .filter((name) => only.includes(name))
      .map((name) => ({ name, image: imageCatalogue(serverVersion)[name], serverVersion })),
  );
  return [...new Map(all.map((one) => [imageReference(one.image), one])).values()];
}

async function archivePath(
  name: ImageName,
  image: Image,
  reference: string,
  cacheDir: string,
): Promise<string> {
  const mirrored = reference === imageReference(image) ? "" : "-mirrored";
  const file = `${name}-${image.tag}${mirrored}-${await hashOfRecipes()}.tar`;
  return join(cacheDir, "images", file);
}

async function buildArchive(
  name: ImageName,
  archive: string,
  reference: string,
  serverVersion: string,
  cacheDir: string,
): Promise<void> {
  const fresh = `${archive}.${String(process.pid)}`;
  const workDir = `${fresh}.work`;
  const recipeHash = await hashOfRecipes();
  await mkdir(join(cacheDir, "images"), { recursive: true });
  await mkdir(join(cacheDir, "roots"), { recursive: true });
  try {
    const { layers, config } = await recipes[name]({
      cacheDir,
      workDir,
      serverVersion,
      recipeHash,
    });
    await writeArchive(fresh, reference, layers, config, arch() === "x64" ? "amd64" : arch());
    await rename(fresh, archive);
  } finally {
    await rm(workDir, { recursive: true, force: true });
    await rm(fresh, { force: true });
  }
}
