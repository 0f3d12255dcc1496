/**
 * A worker for the end-to-end tests' workflow.
 */
import { fileURLToPath } from "node:url";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import * as activities from "./activities.ts";

/** The task queue that it serves. */
export const taskQueue = "end-to-end";

let quiet = false;

/** Runs a worker while something is done. */
export async function withWorker<T>(address: string, work: () => Promise<T>): Promise<T> {
  if (!quiet) {
    Runtime.install({ logger: new DefaultLogger("ERROR") });
    quiet = true;
  }
  const connection = await NativeConnection.connect({ address });
  try {
    const worker = await Worker.create({
      connection,
      taskQueue,
      activities,
      workflowsPath: fileURLToPath(new URL("workflows.ts", import.meta.url)),
    });
    return await worker.runUntil(work);
  } finally {
    await connection.close();
  }
}
