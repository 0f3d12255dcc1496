/**
 * Pulls images, with the logins of the Docker CLI, and tells a registry that refuses from one that nobody reaches.
 */
import type Docker from "dockerode";
import { isNotFound } from "./docker.ts";
import { dockerHub, loginOf, registryOf } from "./registry-login.ts";

/** How an attempt to pull ended. */
export type Pull =
  | { readonly kind: "pulled" }
  | {
      /**
       * - refused: the registry wants a login, another one, or fewer pulls;
       * - missing: it has no such image;
       * - unreachable: it did not answer, or somebody else in its place.
       */
      readonly kind: "refused" | "missing" | "unreachable";
      /** Whose answer it is, such as `docker.io`. */
      readonly registry: string;
      /** One line that names image, registry, login and cause. */
      readonly reason: string;
    };

/** Limits of a pull. */
export interface PullOptions {
  /** The process's own, see {@link loginOf}. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long the registry may take to begin, in milliseconds; a pull that has begun may take as long as it needs. */
  readonly timeoutMs?: number;
}

/** Pulls an image onto an engine. */
export async function pullImage(
  engine: Docker,
  reference: string,
  { environment, timeoutMs }: PullOptions,
): Promise<Pull> {
  const registry = registryOf(reference);
  const login = await loginOf(registry, environment);
  const abort = new AbortController();
  const limit =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          abort.abort();
        }, timeoutMs);
  try {
    const progress = await engine.pull(reference, {
      ...(login.auth === undefined ? {} : { authconfig: login.auth }),
      abortSignal: abort.signal,
    });
    await finished(engine, progress, () => {
      clearTimeout(limit);
    });
    return { kind: "pulled" };
  } catch (error) {
    const [kind, cause] = abort.signal.aborted
      ? (["unreachable", `no answer in ${(timeoutMs ?? 0) / 1000} s`] as const)
      : pullFailure(error, registry);
    const reason = {
      refused: `${registry} refuses the image ${reference}, asked ${login.description}: ${cause}`,
      missing: `${registry} has no image ${reference}, asked ${login.description}: ${cause}`,
      unreachable: `the image ${reference} cannot be pulled from ${registry}: ${cause}`,
    }[kind];
    return { kind, registry, reason };
  } finally {
    clearTimeout(limit);
  }
}

/** What registries say when they refuse, in the words of both of Docker's image stores; and the status of those that say nothing. */
const refusals =
  /unauthorized|denied|no basic auth credentials|authentication required|insufficient_scope|toomanyrequests|too many requests|pull rate limit/i;
const forbidden = /HTTP 403|403 Forbidden/;

/** What keeps an engine from a registry: the network, or a proxy that lets nobody through. */
const obstacles = /\bdial (tcp|udp)\b|proxyconnect|proxy authentication/i;

/** What happened, from the engine's error, which has no code of its own for a registry that cannot be reached. */
export function pullFailure(
  error: unknown,
  registry: string,
): readonly [kind: "refused" | "missing" | "unreachable", cause: string] {
  const message = error instanceof Error ? error.message : String(error);
  const cause = message
    .replace(/^\(HTTP code \d+\) [^-]* - /, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (obstacles.test(cause)) return ["unreachable", cause];
  if (refusals.test(cause)) return ["refused", cause];
  // Docker Hub says why. Who answers for it with a page of their own are proxies that block it.
  if (forbidden.test(cause)) return [registry === dockerHub ? "unreachable" : "refused", cause];
  const missing =
    isNotFound(error) ||
    /manifest unknown|name unknown|no matching manifest|\bnot found$/i.test(cause);
  return [missing ? "missing" : "unreachable", cause];
}

/**
 * Waits for the end of what an engine reports while it works.
 *
 * @throws Error when it reports a failure.
 */
export function finished(
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
