/**
 * Images of a Docker engine.
 */
import { createReadStream } from "node:fs";
import Docker from "dockerode";

/** Time that a registry is given to answer at all, in milliseconds. */
const registryAnswerMilliseconds = 8_000;

/** The engine that the environment names, as DOCKER_HOST or the local socket. */
export function defaultEngine(): Docker {
  return new Docker();
}

/** Size of an image in bytes, or undefined when the engine does not have it. */
export async function imageSize(engine: Docker, reference: string): Promise<number | undefined> {
  try {
    return (await engine.getImage(reference).inspect()).Size;
  } catch (error) {
    if (error instanceof Error && "statusCode" in error && error.statusCode === 404)
      return undefined;
    throw error;
  }
}

/**
 * Pulls an image. False when the registry does not answer or does not have it; a pull that has begun may take as long as it needs.
 */
export async function pullImage(engine: Docker, reference: string): Promise<boolean> {
  try {
    const begun = engine.pull(reference);
    const limit = new Promise<never>((_, reject) => {
      setTimeout(reject, registryAnswerMilliseconds, new Error("no answer")).unref();
    });
    begun.catch(() => undefined);
    const progress = await Promise.race([begun, limit]);
    await finished(engine, progress);
    return true;
  } catch {
    return false;
  }
}

/** Loads an archive as written by archive.ts. */
export async function loadImage(engine: Docker, archive: string): Promise<void> {
  await finished(engine, await engine.loadImage(createReadStream(archive), { quiet: true }));
}

function finished(engine: Docker, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(progress, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}
