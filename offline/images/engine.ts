/**
 * Images of a Docker engine.
 */
import { createReadStream } from "node:fs";
import type Docker from "dockerode";
import { isNotFound } from "../../clients/docker.ts";
import { finished } from "../../clients/pull.ts";

/** Size of an image in bytes, or undefined when the engine does not have it. */
export async function imageSize(engine: Docker, reference: string): Promise<number | undefined> {
  try {
    return (await engine.getImage(reference).inspect()).Size;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Loads an archive as written by archive.ts. */
export async function loadImage(engine: Docker, archive: string): Promise<void> {
  await finished(engine, await engine.loadImage(createReadStream(archive), { quiet: true }));
}
