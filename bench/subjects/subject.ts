/**
 * A way to run Temporal, as the bench sees it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { Connection, isGrpcServiceError } from "@temporalio/client";
import type { Counters } from "../meter.ts";

/** A way to run Temporal; only one of them runs at a time, since they share the machine. */
export interface Subject {
  readonly name: string;
  /** Starts it, if it does not run, and waits until it serves; gives the address for clients. */
  resume(): Promise<string>;
  /** Stops it, and keeps its data. */
  halt(): Promise<void>;
  /** What it has used up to now. */
  counters(): Promise<Counters>;
  /** Takes everything away. */
  dispose(): Promise<void>;
}

/** Workflows that nobody has started, so many that hardly a shard of a dev stack has none of them. */
const strangers = Array.from({ length: 64 }, (_none, index) => `nobody-${index}`);

/** Waits until a frontend knows the namespace `default`, and history has its shards: a start would wait for them until its time is over. */
export async function serving(address: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: "2s" });
      try {
        await connection.workflowService.describeNamespace({ namespace: "default" });
        const { workflowService } = connection;
        for (const workflowId of strangers) {
          const workflow = { namespace: "default", execution: { workflowId } };
          await workflowService.describeWorkflowExecution(workflow).catch((error: unknown) => {
            if (!isGrpcServiceError(error) || error.code !== status.NOT_FOUND) throw error;
          });
        }
        return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}
