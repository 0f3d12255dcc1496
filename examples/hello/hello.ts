/**
 * Runs the workflow of workflows.ts from beginning to end: a worker and a client in one process.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Client, Connection, type TLSConfig } from "@temporalio/client";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import * as activities from "./activities.ts";
import { hello, stage, type Stage, tellName } from "./workflows.ts";

/** How long Temporal may take to answer at its address. */
const connectTimeout = "10s";

/** Where the workflow is to run. */
export interface Place {
  /** Temporal's gRPC address, as host:port. */
  readonly address: string;
  readonly namespace: string;
  /** Whether TLS is spoken there, or how; not by default. */
  readonly tls?: boolean | TLSConfig;
}

/** What has happened. */
export interface HelloRun {
  readonly workflowId: string;
  readonly runId: string;
  /** What the query answered before the signal, and after the end. */
  readonly stages: readonly [before: Stage, after: Stage];
  readonly result: string;
}

/**
 * Starts the workflow, queries it, signals it and waits for its result.
 *
 * @param name Whom to greet.
 * @throws Error in one line when nothing answers at the address.
 */
export async function runHello(
  { address, namespace, tls = false }: Place,
  name: string,
): Promise<HelloRun> {
  const connection = await connect(address, tls);
  // A worker tells of its own life on the console, which a team wants and this example does not.
  Runtime.install({ logger: new DefaultLogger("WARN") });
  const workerConnection = await NativeConnection.connect({ address, tls });
  try {
    const taskQueue = `hello-${randomUUID()}`;
    const worker = await Worker.create({
      connection: workerConnection,
      namespace,
      taskQueue,
      workflowsPath: join(import.meta.dirname, "workflows.ts"),
      activities,
    });
    const client = new Client({ connection, namespace });
    return await worker.runUntil(() => talk(client, taskQueue, name));
  } finally {
    await workerConnection.close();
    await connection.close();
  }
}

async function connect(address: string, tls: boolean | TLSConfig): Promise<Connection> {
  try {
    return await Connection.connect({ address, tls, connectTimeout });
  } catch (error) {
    const remedy = "bring it up with `npm run up`";
    const message =
      tls === false
        ? `no Temporal answers at ${address}: ${remedy}`
        : `no Temporal answers at ${address} over TLS: ${remedy}; if an authority of your own signs its certificate, name that authority's by TEMPORAL_TLS_SERVER_CA_CERT_PATH`;
    throw new Error(message, { cause: error });
  }
}

async function talk(client: Client, taskQueue: string, name: string): Promise<HelloRun> {
  const handle = await client.workflow.start(hello, {
    taskQueue,
    workflowId: taskQueue,
    // So that a run which nobody tells a name does not wait for ever.
    workflowExecutionTimeout: "1 hour",
  });
  const before = await handle.query(stage);
  await handle.signal(tellName, name);
  const result = await handle.result();
  const after = await handle.query(stage);
  return {
    workflowId: handle.workflowId,
    runId: handle.firstExecutionRunId,
    stages: [before, after],
    result,
  };
}
