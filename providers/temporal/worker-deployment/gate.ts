/**
 * The gate: a workflow that must succeed on a version before it gets other work.
 */
import { randomBytes } from "node:crypto";
import type { Connection } from "@temporalio/client";
import { frontendReason } from "../../../clients/temporal.ts";
import type { Gate } from "./inputs.ts";
import type { DeploymentNames } from "./server.ts";

/**
 * Runs a gate workflow, pinned to a version. Each attempt has an id of its own, so that one that failed stands in nobody's way.
 *
 * @throws Error that names the workflow and its failure; whatever the signal says when the user interrupts, and the workflow is then terminated.
 */
export async function runGate(
  connection: Connection,
  { namespace, deploymentName }: DeploymentNames,
  buildId: string,
  { gate, signal }: { readonly gate: Gate; readonly signal: AbortSignal },
): Promise<void> {
  const { workflowType, taskQueue, input, timeoutSeconds } = gate;
  const { Client } = await import("@temporalio/client");
  const { workflow } = new Client({ connection, namespace });
  const workflowId = `${deploymentName}-gate-${buildId}-${randomBytes(4).toString("hex")}`;
  const failed = (reason: string, cause: unknown): Error =>
    new Error(
      `the gate workflow ${workflowType} failed on version ${buildId} (workflow id ${workflowId} in namespace ${namespace}): ${reason}`,
      { cause },
    );
  const handle = await workflow
    .start(workflowType, {
      workflowId,
      taskQueue,
      args: input === undefined ? [] : [input],
      versioningOverride: { pinnedTo: { deploymentName, buildId } },
      workflowExecutionTimeout: timeoutSeconds * 1000,
      workflowIdReusePolicy: "REJECT_DUPLICATE",
    })
    .catch((error: unknown) => {
      throw failed(frontendReason(error), error);
    });
  const stop = (): void => void handle.terminate("interrupted").catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    await handle.result();
  } catch (error) {
    signal.throwIfAborted();
    throw failed(reasonOf(error, timeoutSeconds), error);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function reasonOf(error: unknown, timeoutSeconds: number): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const timedOut = cause instanceof Error && cause.name === "TimeoutFailure";
  return timedOut ? `it did not end within ${timeoutSeconds} s` : frontendReason(error);
}
