/**
 * Waiting until an object is what it should be, or gone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { InitializationError } from "../../../../providers/protocol/errors.ts";
import type { Call } from "../../../../providers/protocol/provider.ts";
import type { KubernetesApi } from "../cluster.ts";
import { faultOf } from "../fault.ts";
import { annotation, idOf, type Manifest, metadataOf, referenceTo, spoken } from "../manifest.ts";
import { stateOf } from "../state.ts";
import { progressOf } from "./progress.ts";
import { troublesOf } from "./troubles.ts";

/** The vendor's default, in seconds. */
const defaultTimeoutSeconds = 600;

/** Time between two looks, in milliseconds. */
const period = 250;

/** Waits until an object that was just applied is ready; gives it as it then is. */
export async function untilReady(
  cluster: KubernetesApi,
  applied: Manifest,
  inputs: Manifest,
  call: Call,
): Promise<Manifest> {
  if (annotation(inputs, "skipAwait") === "true") return applied;
  const reference = referenceTo(inputs);
  const end = endOf(inputs, call);
  let object = applied;
  for (;;) {
    const progress = progressOf(object, annotation(inputs, "waitFor"));
    if (progress.state === "ready") return object;
    const why =
      progress.state === "failed"
        ? progress.why
        : call.signal.aborted
          ? "it was interrupted"
          : Date.now() > end
            ? `timed out waiting for ${progress.for}`
            : undefined;
    if (why !== undefined) {
      const lines = [`${spoken(reference)}: ${why}`, ...(await troublesOf(cluster, object))];
      throw notReady(lines.join("\n  "), object, inputs);
    }
    await pause(call.signal);
    const now = await cluster.read(reference).catch((error: unknown) => {
      // A server that is away for a moment is waited for like the object.
      if (faultOf(error) === "unreachable" && Date.now() < end) return object;
      throw notReady(error instanceof Error ? error.message : String(error), object, inputs);
    });
    if (now === undefined) {
      throw new Error(`${spoken(reference)} was deleted while it was waited for`);
    }
    object = now;
  }
}

/** Waits until an object is gone that is being deleted. */
export async function untilGone(
  cluster: KubernetesApi,
  object: Manifest,
  call: Pick<Call, "signal" | "timeoutSeconds">,
): Promise<void> {
  const reference = referenceTo(object);
  const end = endOf(object, call);
  for (;;) {
    const now = await cluster.read(reference);
    if (now === undefined || metadataOf(now).uid !== metadataOf(object).uid) return;
    if (Date.now() > end || call.signal.aborted) {
      const { finalizers = [] } = metadataOf(now);
      const why = finalizers.length === 0 ? "" : `; its finalizers: ${finalizers.join(", ")}`;
      throw new Error(`${spoken(reference)} is still being deleted${why}`);
    }
    await pause(call.signal);
  }
}

function endOf(object: Manifest, call: Pick<Call, "timeoutSeconds">): number {
  const annotated = Number(annotation(object, "timeoutSeconds") ?? 0);
  return Date.now() + (call.timeoutSeconds || annotated || defaultTimeoutSeconds) * 1000;
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(period, undefined, { signal }).catch(() => undefined);
}

function notReady(message: string, object: Manifest, inputs: Manifest): InitializationError {
  const id = idOf(referenceTo(inputs));
  return new InitializationError(message, { id, inputs, outputs: stateOf(object) });
}
