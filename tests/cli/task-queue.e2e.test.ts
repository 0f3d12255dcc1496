import { Client, type Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../clients/temporal.ts";
import type { TaskQueueDescription } from "../../cli/task-queues/description.ts";
import {
  closedAddress,
  commandAt,
  type DevServer,
  startDevServer,
} from "../../testkit/dev-server.ts";

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

const describeQueue = (...args: readonly string[]) =>
  server.command("task-queue", "describe", "--task-queue", ...args);

async function described(...args: readonly string[]): Promise<readonly TaskQueueDescription[]> {
  const { stdout } = await describeQueue(...args, "--format", "json");
  return (JSON.parse(stdout) as { types: readonly TaskQueueDescription[] }).types;
}

/** `WORKER_VERSIONING_MODE_VERSIONED`; its enumeration is in a package that the client does not hand on. */
const versioned = 2 as never;

/** Polls until a task comes, or the work is done. */
async function polling(work: () => Promise<void>): Promise<void> {
  const end = new AbortController();
  const taskQueue = { name: "orders" };
  const workflowService = connection.workflowService;
  const poll = (call: () => Promise<unknown>): Promise<unknown> =>
    connection
      .withDeadline(Date.now() + 60_000, () => connection.withAbortSignal(end.signal, call))
      .catch(() => undefined);
  const polls = [
    poll(() =>
      workflowService.pollWorkflowTaskQueue({
        ...{ namespace: "default", taskQueue, identity: "new@host" },
        deploymentOptions: {
          deploymentName: "shop",
          buildId: "2",
          workerVersioningMode: versioned,
        },
      }),
    ),
    poll(() =>
      workflowService.pollActivityTaskQueue({
        ...{ namespace: "default", taskQueue, identity: "old@host" },
        taskQueueMetadata: { maxTasksPerSecond: { value: 5 } },
      }),
    ),
  ];
  try {
    await work();
  } finally {
    end.abort();
    await Promise.all(polls);
  }
}

describe("resource-temporal task-queue describe", () => {
  it("says of each type that nobody polls it", async () => {
    const { exitCode, stdout, stderr } = await describeQueue("idle");
    const type = (name: string): string[] => [
      "",
      name,
      "  backlog          empty",
      "  tasks            0/s added, 0/s dispatched",
      "  limit            4000/s (System)",
      "  current version  unversioned workers",
      "",
      "  nobody has polled it in the last 5 minutes",
    ];
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "Task queue idle in namespace default",
      ...["workflow", "activity", "nexus"].flatMap(type),
    ]);
  });

  it("shows what waits", async () => {
    const { workflow } = new Client({ connection });
    await workflow.start("Order", { taskQueue: "waiting", workflowId: "order-1" });
    await expect
      .poll(async () => (await described("waiting", "--type", "workflow"))[0]?.backlog, {
        timeout: 30_000,
      })
      .toMatchObject({ approximateCount: 1 });
    const { stdout } = await describeQueue("waiting", "--type", "workflow");
    expect(stdout).toMatch(/^ {2}backlog {10}about 1 task, the oldest for \d+s$/m);
    expect(stdout).toContain("5 minutes: its tasks wait until a worker does");
  });

  it("shows who polls, with what, and what waits for each version", async () => {
    await polling(async () => {
      await expect
        .poll(
          async () =>
            (await described("orders")).map(({ pollers, versions }) => [pollers, versions]),
          {
            timeout: 60_000,
          },
        )
        .toEqual([
          [
            [
              {
                identity: "new@host",
                lastAccessTime: expect.stringMatching(/^\d{4}-.*Z$/) as string,
                ratePerSecond: 100_000,
                versioning: "Versioned",
                version: { deploymentName: "shop", buildId: "2" },
              },
            ],
            [
              {
                deploymentName: "shop",
                buildId: "2",
                backlog: expect.objectContaining({ approximateCount: 0 }) as object,
              },
            ],
          ],
          [[expect.objectContaining({ identity: "old@host", ratePerSecond: 5 })], []],
          [[], []],
        ]);
      await connection.workflowService.setWorkerDeploymentCurrentVersion({
        ...{ namespace: "default", deploymentName: "shop", buildId: "2", identity: "test" },
      });
      await expect
        .poll(async () => (await describeQueue("orders", "--type", "workflow")).stdout, {
          timeout: 60_000,
        })
        .toMatch(/^ {2}current version {2}shop 2$/m);
    });
    const { stdout } = await describeQueue("orders", "--type", "activity");
    expect(stdout).toMatch(/^ {2}old@host {2}\d{4}-\S+Z {2}5\/s/m);
    expect(stdout).not.toContain("nexus");
  });

  it("knows no queue of a namespace that is not there", async () => {
    const { exitCode, stdout, stderr } = await describeQueue("orders", "--namespace", "nowhere");
    expect([exitCode, stdout, stderr]).toEqual([
      1,
      "",
      "error: there is no namespace nowhere: `resource-temporal namespace list` names those that there are",
    ]);
  });

  it.each<[readonly string[], string]>([
    [[], "required option '-t, --task-queue <name>' not specified"],
    [["--task-queue", ""], "It must not be empty."],
    [["--task-queue", "/_sys/orders/1"], "It begins with /_sys/, which is Temporal's own."],
    [["--task-queue", "x".repeat(256)], "It has 256 bytes, and Temporal takes 255."],
    [["--task-queue", "orders", "--type", "sticky"], "Allowed choices are workflow, activity"],
    [["--task-queue", "orders", "--namespace", ""], "It must not be empty."],
    [["--task-queue", "orders", "--format", "yaml"], "Allowed choices are text, json."],
  ])("tells about %j before anything is sent", async (args, message) => {
    const answer = await commandAt(closedAddress, "task-queue", "describe", ...args);
    expect([answer.exitCode, answer.stdout]).toEqual([1, ""]);
    expect(answer.stderr.split("\n")[0]).toContain(message);
  });
});
