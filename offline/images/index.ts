/**
 * Sees that a Docker engine has every image of the catalogue: there already, pulled, or built from package registries.
 *
 * Only where no registry answers is an image built. One that refuses is an error, and what somebody names for one program is never built: it
 * would have his name and another content.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { type Pull, pullImage } from "../../clients/pull.ts";
import { dockerHub, registryOf } from "../../clients/registry-login.ts";
import {
  imageNamed,
  type ImageName,
  imageNames,
  optionalImageNames,
  type ImageSources,
} from "../../platform/images.ts";
import { makeOnce } from "../once.ts";
import { present, type Report, step } from "../steps.ts";
import { UserError } from "../user-error.ts";
import { writeArchive } from "./archive.ts";
import { imageSize, loadImage } from "./engine.ts";
import { hashOfRecipes, recipes } from "./recipes.ts";

/** Where an image came from. */
export type Origin = "present" | "pulled" | "built" | "loaded from the cache";

/** What became of an image. */
export interface ImageOutcome {
  readonly reference: string;
  readonly origin: Origin;
  readonly sizeBytes: number;
  readonly seconds: number;
}

/** What is wanted. */
export interface ImagesWanted {
  /** Where they are to be; it answers. */
  readonly engine: Docker;
  /** Versions of the Temporal server; each has an image of its own for the server and the admin tools. */
  readonly serverVersions: readonly string[];
  readonly sources?: ImageSources;
  /** Those that every cluster runs by default. */
  readonly only?: readonly ImageName[];
  readonly cacheDir: string;
  readonly report: Report;
}

/** An image to be had. */
interface WantedImage {
  readonly name: ImageName;
  readonly reference: string;
  readonly serverVersion: string;
  /** Who gives it its reference: the catalogue on Docker Hub or on a mirror, or somebody for this program alone. */
  readonly source: "catalogue" | "mirror" | "own";
}

/** Time that a registry is given until the first progress, in milliseconds. */
const timeoutMs = 8_000;

/**
 * Sees to all images.
 *
 * @throws UserError when a registry refuses an image, what somebody names cannot be pulled, or a tool for building is missing and cannot be
 * installed here.
 * @throws Error when an image can neither be pulled nor built.
 */
export async function ensureImages(wanted: ImagesWanted): Promise<readonly ImageOutcome[]> {
  const { engine } = wanted;
  // Registries that do not answer: found out once for all images.
  const silent = new Set<string>();
  const outcomes: ImageOutcome[] = [];
  for (const image of wantedImages(wanted)) {
    const start = performance.now();
    const origin = await ensureImage(engine, image, silent, wanted);
    outcomes.push({
      reference: image.reference,
      origin,
      sizeBytes: (await imageSize(engine, image.reference)) ?? 0,
      seconds: (performance.now() - start) / 1000,
    });
  }
  return outcomes;
}

/** The images, each once: most do not depend on the server's version. */
function wantedImages(wanted: ImagesWanted): readonly WantedImage[] {
  const { serverVersions, only = imageNames, sources = {} } = wanted;
  const all = serverVersions.flatMap((serverVersion) =>
    [...imageNames, ...optionalImageNames]
      .filter((name) => only.includes(name))
      .map((name) => ({
        name,
        reference: imageNamed(name, serverVersion, sources).reference,
        serverVersion,
        source: sourceOf(name, sources),
      })),
  );
  return [...new Map(all.map((image) => [image.reference, image])).values()];
}

function sourceOf(name: ImageName, sources: ImageSources): WantedImage["source"] {
  if (sources[name] !== undefined) return "own";
  return sources.registry === undefined ? "catalogue" : "mirror";
}

async function ensureImage(
  engine: Docker,
  image: WantedImage,
  silent: Set<string>,
  { cacheDir, report }: ImagesWanted,
): Promise<Origin> {
  const { reference } = image;
  if ((await imageSize(engine, reference)) !== undefined) {
    present(`image ${reference}`, report);
    return "present";
  }
  if (await pulled(engine, image, silent, report)) return "pulled";

  const archive = await archivePath(image, cacheDir);
  const origin = existsSync(archive) ? "loaded from the cache" : "built";
  await step(
    origin === "built" ? `build image ${reference}` : `load image ${reference} from the cache`,
    async () => {
      await makeOnce(archive, (fresh) => buildArchive(image, fresh, cacheDir, report));
      await loadImage(engine, archive);
    },
    report,
  );
  return origin;
}

/**
 * Pulls an image.
 *
 * @returns Whether it is there now; if not, it is to be built.
 * @throws UserError when it must not be built.
 */
async function pulled(
  engine: Docker,
  { name, reference, source }: WantedImage,
  silent: Set<string>,
  report: Report,
): Promise<boolean> {
  if (source !== "own" && silent.has(registryOf(reference))) return false;
  const pull = await step(
    `pull image ${reference}`,
    () => pullImage(engine, reference, { environment: process.env, timeoutMs }),
    report,
  );
  if (pull.kind === "pulled") return true;
  const remedy = remedyOf(pull, name, source);
  if (remedy !== undefined) throw new UserError(`${pull.reason}; ${remedy}`);
  if (pull.kind === "unreachable") silent.add(pull.registry);
  report(
    pull.kind === "unreachable"
      ? `  ${pull.reason}; what ${pull.registry} has is built from package registries`
      : `  ${pull.reason}; it is built from package registries`,
  );
  return false;
}

/** What to do about an image that was not pulled; undefined when it is built. */
function remedyOf(
  { kind, registry }: Exclude<Pull, { kind: "pulled" }>,
  name: ImageName,
  source: WantedImage["source"],
): string | undefined {
  const key = `clusters[].images.${source === "own" ? name : "registry"}`;
  switch (kind) {
    case "refused":
      return `log in as a user who may pull it (docker login${registry === dockerHub ? "" : ` ${registry}`}), or set ${key}`;
    case "missing":
      return source === "catalogue" ? undefined : `copy it there, or change ${key}`;
    case "unreachable":
      return source === "own"
        ? `what ${key} names is not built here: let the engine reach ${registry}, or leave the key out`
        : undefined;
  }
}

/** The reference is inside the archive, so that it is part of the name. */
async function archivePath({ reference }: WantedImage, cacheDir: string): Promise<string> {
  const name = encodeURIComponent(reference);
  return join(cacheDir, "images", `${name}-${await hashOfRecipes()}.tar`);
}

async function buildArchive(
  { name, reference, serverVersion }: WantedImage,
  archive: string,
  cacheDir: string,
  report: Report,
): Promise<void> {
  const workDir = `${archive}.work`;
  // What is in an image must not depend on who builds it.
  const umask = process.umask(0o022);
  try {
    const { layers, config } = await recipes[name]({
      cacheDir,
      workDir,
      serverVersion,
      recipeHash: await hashOfRecipes(),
      report: (line) => {
        report(`  ${line}`);
      },
    });
    await writeArchive(archive, reference, layers, config);
  } finally {
    process.umask(umask);
    await rm(workDir, { recursive: true, force: true });
  }
}
