/**
 * Runs a worker and a client in one process, against TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (localhost:7233 and default).
 * TEMPORAL_UI_URL is only for the link that is printed.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client, Connection, type WorkflowHandle } from "@temporalio/client";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import * as activities from "./activities.ts";
import { approve, hello, status } from "./workflow.ts";

const address = process.env["TEMPORAL_ADDRESS"] ?? "localhost:7233";
const namespace = process.env["TEMPORAL_NAMESPACE"] ?? "default";
const uiUrl = process.env["TEMPORAL_UI_URL"] ?? `http://${address}/`;

const workflowId = `hello-${randomUUID().slice(0, 8)}`;
// A queue of its own, so that a worker of someone else's does not take the work.
const taskQueue = workflowId;

Runtime.install({ logger: new DefaultLogger("WARN") });

/** Starts the workflow, asks it, signals it and waits for its end. */
async function play(client: Client): Promise<void> {
  const handle = await client.workflow.start(hello, { args: ["Temporal"], workflowId, taskQueue });
  console.log(`started  workflow ${handle.workflowId}`);
  const doing = await waitingForApproval(handle);
  console.log(`query    status → ${doing}`);
  await handle.signal(approve, "npm run hello");
  console.log("signal   approve");
  console.log(`result   ${await handle.result()}`);
  console.log(
    `history  ${uiUrl}namespaces/${namespace}/workflows/${workflowId}/${handle.firstExecutionRunId}/history`,
  );
}

/** Asks until the activity has been done; a fraction of a second. */
async function waitingForApproval(handle: WorkflowHandle<typeof hello>): Promise<string> {
  for (;;) {
    const doing = await handle.query(status);
    if (doing === "waiting for approval") return doing;
    await sleep(50);
  }
}

try {
  const connection = await Connection.connect({ address, connectTimeout: "10 seconds" });
  const native = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL("./workflow.ts", import.meta.url)),
    activities,
  });
  await worker.runUntil(play(new Client({ connection, namespace })));
  await connection.close();
  await native.close();
} catch (error) {
  console.error(
    `error: Temporal at ${address}: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
