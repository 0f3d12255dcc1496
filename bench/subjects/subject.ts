/**
 * A way to run Temporal, as the bench sees it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "@temporalio/client";
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

/** Waits until a frontend knows the namespace `default`. */
export async function serving(address: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: "2s" });
      try {
        await connection.workflowService.describeNamespace({ namespace: "default" });
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
