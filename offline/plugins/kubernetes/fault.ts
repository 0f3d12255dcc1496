/**
 * What goes wrong between this plugin and an API server.
 */
import { ApiException } from "@kubernetes/client-node";
import { reasonOf } from "../../../clients/kubernetes/reason.ts";
import { within } from "../../../clients/within.ts";

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
export async function asking<T>(cluster: string, request: () => Promise<T>): Promise<T> {
  try {
    return await within(timeoutMs, request(), "no answer");
  } catch (error) {
    throw clusterError(cluster, error);
  }
}

function clusterError(cluster: string, error: unknown): ClusterError {
  if (error instanceof ApiException) {
    return new ClusterError(reasonOf(error), error.code === 404 ? "not found" : "refused");
  }
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("Unrecognized API version and kind")) {
    return new ClusterError(`the cluster (${cluster}) has no such kind`, "no such kind");
  }
  return new ClusterError(
    `configured Kubernetes cluster is unreachable: ${cluster}: ${reasonOf(error)}`,
    "unreachable",
  );
}
