/**
 * What goes wrong between this plugin and an API server.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException } from "@kubernetes/client-node";

/** How long a server may take for one answer, in milliseconds. */
const timeoutMs = 15_000;

/** Kinds of faults that are handled and not only told. */
export type Fault = "not found" | "no such kind" | "unreachable" | "refused";

/** An answer that was no success, or none. */
export class ClusterError extends Error {
  readonly fault: Fault;

  constructor(message: string, fault: Fault) {
    super(message);
    this.fault = fault;
  }
}

/** The kind of fault, if it is one of a cluster. */
export function faultOf(error: unknown): Fault | undefined {
  return error instanceof ClusterError ? error.fault : undefined;
}

/**
 * Asks a cluster within {@link timeoutMs}.
 *
 * @param cluster What the cluster is called in errors.
 * @throws ClusterError
 */
export async function within<T>(cluster: string, request: () => Promise<T>): Promise<T> {
  const end = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: end.signal }).then(() => {
    throw new Error(`no answer in ${timeoutMs / 1000} s`);
  });
  try {
    return await Promise.race([request(), late]);
  } catch (error) {
    throw clusterError(cluster, error);
  } finally {
    late.catch(() => undefined);
    end.abort();
  }
}

function clusterError(cluster: string, error: unknown): ClusterError {
  if (error instanceof ApiException) {
    const message = statusMessage(error.body) ?? `HTTP ${error.code}`;
    return new ClusterError(message, error.code === 404 ? "not found" : "refused");
  }
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("Unrecognized API version and kind")) {
    return new ClusterError(`the cluster (${cluster}) has no such kind`, "no such kind");
  }
  const reason =
    error instanceof Error && error.cause instanceof Error ? error.cause.message : message;
  return new ClusterError(
    `configured Kubernetes cluster is unreachable: ${cluster}: ${reason}`,
    "unreachable",
  );
}

/** The sentence in a server's Status object, which the client gives as text or as an object. */
function statusMessage(body: unknown): string | undefined {
  if (typeof body === "string") {
    try {
      return statusMessage(JSON.parse(body)) ?? body;
    } catch {
      return body === "" ? undefined : body;
    }
  }
  if (typeof body !== "object" || body === null || !("message" in body)) return undefined;
  return typeof body.message === "string" ? body.message : undefined;
}
