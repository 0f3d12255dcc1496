/**
 * A way to run Temporal, as the bench sees it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { Connection } from "@temporalio/client";
import { type Counters, stateTransitions, useOf } from "../meter.ts";

/** Containers by their part, such as `history`; every part that runs is one. */
export type Parts = Readonly<Record<string, string>>;

/** A way to run Temporal; only one of them runs at a time, since they share the machine. */
export interface Subject {
  readonly name: string;
  readonly docker: Docker;
  /** Ids of the containers in the order of their start. */
  readonly parts: Parts;
  /** The parts that count state transitions, and the port of their metrics. */
  readonly metrics: { readonly parts: readonly string[]; readonly port: number };
  /** The part that answers clients, at 7233. */
  readonly frontend: string;
  /** Takes everything away. */
  dispose(): Promise<void>;
}

/** Port of every subject's frontend inside its network. */
export const frontendPort = 7233;

/** The address of a part on its network. This machine reaches it without a published port and its proxy. */
export async function addressOf({ docker, parts }: Subject, part: string): Promise<string> {
  const { NetworkSettings } = await docker.getContainer(parts[part] ?? "").inspect();
  const [network] = Object.values(NetworkSettings.Networks);
  return network?.IPAddress ?? "";
}

/** Starts a subject's containers and waits until it serves; gives the frontend's address. */
export async function resume(subject: Subject): Promise<string> {
  for (const id of Object.values(subject.parts)) {
    await subject.docker
      .getContainer(id)
      .start()
      .catch((error: unknown) => {
        if (!isUnchanged(error)) throw error;
      });
  }
  const address = `${await addressOf(subject, subject.frontend)}:${String(frontendPort)}`;
  await serving(address);
  return address;
}

/** Stops a subject's containers, the last started first. */
export async function halt(subject: Subject): Promise<void> {
  for (const id of Object.values(subject.parts).reverse()) {
    await subject.docker
      .getContainer(id)
      .stop({ t: 60 })
      .catch((error: unknown) => {
        if (!isUnchanged(error)) throw error;
      });
  }
}

/** What a subject has used up to now. */
export async function countersOf(subject: Subject): Promise<Counters> {
  const containers = await Promise.all(
    Object.entries(subject.parts).map(
      async ([part, id]) => [part, await useOf(subject.docker, id)] as const,
    ),
  );
  const { parts, port } = subject.metrics;
  const transitions = await Promise.all(
    parts.map(async (part) =>
      stateTransitions(`${await addressOf(subject, part)}:${String(port)}`),
    ),
  );
  return {
    containers: Object.fromEntries(containers),
    stateTransitions: transitions.reduce((sum, value) => sum + value, 0),
  };
}

/** Waits until a frontend knows the namespace `default`. */
async function serving(address: string): Promise<void> {
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

/** Whether the engine says that a container is already as wished. */
function isUnchanged(error: unknown): boolean {
  return error instanceof Error && "statusCode" in error && error.statusCode === 304;
}
