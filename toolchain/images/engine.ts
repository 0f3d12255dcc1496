/**
 * Images of a Docker engine.
 */
import { createReadStream } from "node:fs";
import type Docker from "dockerode";

/** Time that a registry is given until the first progress, in milliseconds. */
const registryPatience = 8_000;

/** How an attempt to pull ended. */
export type Pull =
  | { readonly kind: "pulled" }
  | {
      readonly kind: "failed";
      /** For people. */
      readonly reason: string;
      /** Whether it was the registry that said so; if not, asking it for other images is in vain. */
      readonly registryAnswered: boolean;
    };

/** Size of an image in bytes, or undefined when the engine does not have it. */
export async function imageSize(engine: Docker, reference: string): Promise<number | undefined> {
  try {
    return (await engine.getImage(reference).inspect()).Size;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Pulls an image. The registry has a few seconds to begin; a pull that has begun may take as long as it needs. */
export async function pullImage(engine: Docker, reference: string): Promise<Pull> {
  const abort = new AbortController();
  const limit = setTimeout(() => {
    abort.abort();
  }, registryPatience);
  try {
    const progress = await engine.pull(reference, { abortSignal: abort.signal });
    await finished(engine, progress, () => {
      clearTimeout(limit);
    });
    return { kind: "pulled" };
  } catch (error) {
    return abort.signal.aborted
      ? {
          kind: "failed",
          reason: `no answer in ${String(registryPatience / 1000)} s`,
          registryAnswered: false,
        }
      : pullFailure(error);
  } finally {
    clearTimeout(limit);
  }
}

/** What the engine's error says; it has no code of its own for a registry that cannot be reached. */
export function pullFailure(error: unknown): Pull {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replace(/^\(HTTP code \d+\) [^-]* - /, "").trim();
  const registryAnswered =
    statusOf(error) === 404 ||
    /manifest unknown|not found|denied|unauthorized|toomanyrequests/i.test(reason);
  return { kind: "failed", reason, registryAnswered };
}

/** Loads an archive as written by archive.ts. */
export async function loadImage(engine: Docker, archive: string): Promise<void> {
  await finished(engine, await engine.loadImage(createReadStream(archive), { quiet: true }));
}

function finished(
  engine: Docker,
  progress: NodeJS.ReadableStream,
  onProgress: () => void = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(
      progress,
      (error, events: readonly unknown[]) => {
        const failure = error ?? failureAmong(events);
        if (failure === undefined) resolve();
        else reject(failure);
      },
      onProgress,
    );
  });
}

/** An engine that has begun to answer tells of a failure as the last event; dockerode takes it for progress. */
function failureAmong(events: readonly unknown[]): Error | undefined {
  for (const event of events) {
    if (typeof event === "object" && event !== null && "error" in event) {
      return new Error(String(event.error));
    }
  }
  return undefined;
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
}
