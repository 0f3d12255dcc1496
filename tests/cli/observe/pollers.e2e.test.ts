import type { Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workerRows } from "../../../cli/commands/status.ts";
import { polledQueues } from "../../../cli/observe/pollers.ts";
import { connectFrontend } from "../../../clients/temporal.ts";
import type { DeclaredWorker } from "../../../platform/workers.ts";
import { type DevServer, startDevServer } from "../../../testkit/dev-server.ts";

let server: DevServer;
let connection: Connection;

beforeAll(async () => {
  server = await startDevServer();
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const worker = (more: Partial<DeclaredWorker>): DeclaredWorker => ({
  ...{ namespace: "default", taskQueues: {}, external: false },
  ...more,
});

/** Polls a task queue for activities by some identities, for as long as the work takes. */
async function polling(
  name: string,
  identities: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const polls = identities.map((identity) =>
    connection
      .withDeadline(Date.now() + 60_000, () =>
        connection.withAbortSignal(end.signal, () =>
          connection.workflowService.pollActivityTaskQueue({
            ...{ namespace: "default", taskQueue: { name }, identity },
          }),
        ),
      )
      .catch(() => undefined),
  );
  try {
    await work();
  } finally {
    end.abort();
    await Promise.all(polls);
  }
}

describe("what workers are to poll", () => {
  it("is told for each task queue and type, polled or not", async () => {
    const taskQueues = { orders: ["workflow", "activity"], bills: ["nexus"] } as const;
    const workers = { shop: worker({ taskQueues }) };
    await polling("orders", ["it@host"], async () => {
      await expect
        .poll(() => polledQueues(connection, workers))
        .toMatchObject([
          { name: "shop", taskQueue: "orders", type: "workflow", state: "not polled", pollers: 0 },
          { taskQueue: "orders", type: "activity", state: "polled", pollers: 1 },
          { taskQueue: "bills", type: "nexus", state: "not polled" },
        ]);
      const [, polled] = await polledQueues(connection, workers);
      expect(Date.parse(polled?.lastSeen ?? "")).not.toBeNaN();
    });
  });

  it("is found in all partitions of a task queue, of which each knows its own pollers only", async () => {
    const workers = { shop: worker({ external: true, taskQueues: { parted: ["activity"] } }) };
    const identities = Array.from({ length: 12 }, (_, index) => `${index}@host`);
    await polling("parted", identities, async () => {
      await expect
        .poll(() => polledQueues(connection, workers), { timeout: 20_000 })
        .toMatchObject([{ external: true, state: "polled", pollers: identities.length }]);
    });
  });

  it("stands in a table", async () => {
    const workers = { shop: worker({ taskQueues: { idle: ["workflow"] } }) };
    expect(workerRows(await polledQueues(connection, workers))).toEqual([
      ["worker", "state", "namespace", "task queue", "type", "pollers", "last seen"],
      ["shop", "not polled", "default", "idle", "workflow", "0", "-"],
    ]);
  });
});
