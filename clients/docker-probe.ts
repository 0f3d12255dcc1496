/**
 * Whether a Docker engine answers, and the platform runs on it.
 */
import { dockerClient } from "./docker.ts";
import { whyUnsupported } from "./podman.ts";
import { within } from "./within.ts";

/** How long an engine may take to answer by default, in milliseconds; enough for ssh. */
export const defaultEngineTimeoutMs = 10_000;

/** How an engine is asked. */
export interface EngineProbeOptions {
  /** See {@link dockerClient}. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long it may take to answer, in milliseconds; {@link defaultEngineTimeoutMs} by default. */
  readonly timeoutMs?: number;
}

/** What became of a question to an engine. */
export type EngineAnswer =
  | {
      readonly kind: "answers";
      readonly version: string;
      /** Why the platform does not run on it, and what to do; undefined when it does. */
      readonly unsupported?: string;
    }
  | { readonly kind: "silent"; readonly reason: string };

/**
 * Asks an engine for its version; changes nothing.
 *
 * @param host Its address, see {@link dockerClient}.
 */
export async function probeEngine(
  host: string,
  { environment, timeoutMs = defaultEngineTimeoutMs }: EngineProbeOptions,
): Promise<EngineAnswer> {
  try {
    const answer = await within(timeoutMs, dockerClient(host, environment).version(), "no answer");
    const unsupported = whyUnsupported(host, answer);
    return {
      ...{ kind: "answers", version: answer.Version },
      ...(unsupported === undefined ? {} : { unsupported }),
    };
  } catch (error) {
    return { kind: "silent", reason: error instanceof Error ? error.message : String(error) };
  }
}
