import { fileURLToPath } from "node:url";
import { Client, type Connection } from "@temporalio/client";
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundle,
} from "@temporalio/worker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskQueueDescription } from "../../cli/task-queues/description.ts";
import type { DeploymentDescription, DeploymentSummary } from "../../cli/workers/deployment.ts";
import type { WorkerDetails } from "../../cli/workers/details.ts";
import type { WorkerSummary } from "../../cli/workers/worker.ts";
import { connectFrontend } from "../../clients/temporal.ts";
import * as activities from "../../testkit/activities.ts";
import {
  closedAddress,
  commandAt,
  type DevServer,
  startDevServer,
} from "../../testkit/dev-server.ts";
import { nameSignal } from "../../testkit/workflows.ts";

const taskQueue = "orders";

/** So that the tests need not wait for minutes: a version drains and is forgotten within seconds. */
const hasty = {
  "matching.wv.VersionDrainageStatusVisibilityGracePeriod": "2s",
  "matching.wv.VersionDrainageStatusRefreshInterval": "2s",
  "matching.longPollExpirationInterval": "3s",
  "matching.PollerHistoryTTL": "10s",
};

let server: DevServer;
let connection: Connection;
let workflowBundle: WorkflowBundle;
const stops = new Map<string, () => Promise<void>>();

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger("ERROR", () => undefined),
    workerHeartbeatInterval: "1s",
  });
  server = await startDevServer({ dynamicConfig: hasty });
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL("../../testkit/workflows.ts", import.meta.url)),
    logger: new DefaultLogger("ERROR", () => undefined),
  });
});
afterAll(async () => {
  for (const stop of stops.values()) await stop();
  await connection.close();
  await server.stop();
});

/** Starts a worker of a build, whose workflows are pinned. The SDK's heartbeats have one identity for all workers of a connection. */
async function start(buildId: string, polled = taskQueue): Promise<void> {
  const native = await NativeConnection.connect({ address: server.address });
  const worker = await Worker.create({
    ...{ connection: native, taskQueue: polled, workflowBundle, activities },
    identity: `worker-${buildId}`,
    workerDeploymentOptions: {
      version: { deploymentName: "shop", buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: "PINNED",
    },
  });
  const running = worker.run();
  stops.set(buildId, async () => {
    worker.shutdown();
    await running;
    await native.close();
    stops.delete(buildId);
  });
}

const worker = (...args: readonly string[]) => server.command("worker", ...args);
const deployment = (verb: string, ...args: readonly string[]) =>
  worker("deployment", verb, "--name", "shop", ...args);

async function told<T>(answer: ReturnType<typeof worker>): Promise<T> {
  return JSON.parse((await answer).stdout) as T;
}

const described = () => told<DeploymentDescription>(deployment("describe", "--format", "json"));

async function statusOf(buildId: string): Promise<string | undefined> {
  const { versions } = await described();
  return versions.find((one) => one.buildId === buildId)?.status;
}

/** Until the task queue knows its current version. The Worker Deployment's own word for it may stay InProgress for ever (temporalio/temporal#11842). */
async function known(buildId: string): Promise<void> {
  const args = ["describe", "--task-queue", taskQueue, "--type", "workflow", "--format", "json"];
  await expect
    .poll(
      async () => {
        const { types } = await told<{ readonly types: readonly TaskQueueDescription[] }>(
          server.command("task-queue", ...args),
        );
        return types[0]?.currentVersion?.buildId;
      },
      { timeout: 30_000 },
    )
    .toBe(buildId);
}

const refused = (message: string) => ({ exitCode: 1, stdout: "", stderr: `error: ${message}` });

// Each builds on those before it.
describe("resource-temporal worker", () => {
  it("knows no worker of an empty namespace", async () => {
    const key = "e3c1b2a0";
    expect(await worker("list")).toEqual({
      exitCode: 0,
      stdout: "There is no such worker.",
      stderr:
        "workers are listed by heartbeats, the first a minute after their start: --task-queue finds them by their polls as well",
    });
    expect(await worker("list", "--task-queue", taskQueue)).toEqual({
      ...{ exitCode: 0, stdout: "There is no such worker.", stderr: "" },
    });
    expect(await worker("describe", "--worker-instance-key", key)).toEqual(
      refused(
        `no worker ${key} has sent a heartbeat in the last 5 minutes: \`resource-temporal worker list\` names those that did`,
      ),
    );
    expect(
      await worker("describe", "--worker-instance-key", key, "--namespace", "nowhere"),
    ).toEqual(
      refused(
        "there is no namespace nowhere: `resource-temporal namespace list` names those that there are",
      ),
    );
    expect((await worker("deployment", "list")).stdout).toBe("There is no Worker Deployment.");
    expect(await deployment("describe")).toEqual(
      refused(
        "no Worker Deployment found with name 'shop'; does your Worker Deployment have pollers?",
      ),
    );
  });

  it("lists the workers of all builds, with what they poll for", async () => {
    await start("1");
    await start("2");
    const list = () =>
      told<readonly WorkerSummary[]>(worker("list", "-t", taskQueue, "--format", "json"));
    const one = (buildId: string) =>
      expect.objectContaining({
        identity: `worker-${buildId}`,
        taskQueue,
        version: { deploymentName: "shop", buildId },
        status: "Running",
        polls: ["activity", "workflow"],
        sdk: { name: "temporal-typescript", version: "1.24.0" },
      }) as object;
    await expect.poll(list, { timeout: 60_000 }).toEqual([one("1"), one("2")]);
    const { stdout } = await worker("list", "--deployment", "shop", "--build-id", "2");
    expect(stdout.split("\n")).toHaveLength(2);
    expect(stdout).toMatch(/^Running {2}worker-2 .* workflow 0\/\d+, activity 0\/\d+/m);
    expect((await worker("list", "--limit", "1")).stderr).toBe(
      "there are more than these 1: --limit shows more",
    );
    expect((await worker("list", "--deployment", "other")).stdout).toBe("There is no such worker.");
  });

  it("lists those that send no heartbeats by their polls", async () => {
    const poll = connection.withDeadline(Date.now() + 60_000, () =>
      connection.workflowService.pollActivityTaskQueue({
        ...{ namespace: "default", taskQueue: { name: taskQueue }, identity: "old@host" },
      }),
    );
    await expect
      .poll(
        async () =>
          (await told<readonly WorkerSummary[]>(worker("list", "-t", taskQueue, "-f", "json"))).map(
            ({ identity, status, polls }) => [identity, status, polls],
          ),
        { timeout: 30_000 },
      )
      .toContainEqual(["old@host", "Polled", ["activity"]]);
    await poll;
  });

  it("shows everything that a worker says of itself", async () => {
    const [first] = await told<readonly WorkerSummary[]>(worker("list", "--format", "json"));
    const args = ["describe", "--worker-instance-key", first?.workerInstanceKey ?? ""];
    const details = await told<WorkerDetails>(worker(...args, "--format", "json"));
    expect(details).toMatchObject({
      identity: "worker-1",
      process: { id: String(process.pid) },
      slots: { workflow: { used: 0, supplier: "Fixed" }, activity: { failedTasks: 0 } },
    });
    expect(details.polling.workflow?.pollers).toBeGreaterThan(0);
    expect((await worker(...args)).stdout).toMatch(/^ {2}heartbeat {6}every 1s$/m);
  });
});

describe("resource-temporal worker deployment", () => {
  it("shows versions that nobody has made current", async () => {
    const { stdout } = await deployment("describe");
    expect(stdout).toMatch(/^ {2}current version {2}unversioned workers$/m);
    await expect
      .poll(
        async () =>
          (await described()).versions.map(({ buildId, status, taskQueues }) => [
            ...[buildId, status],
            ...taskQueues.map(({ name, type }) => `${name} ${type}`),
          ]),
        { timeout: 30_000 },
      )
      .toEqual([
        ["2", "Inactive", "orders workflow", "orders activity"],
        ["1", "Inactive", "orders workflow", "orders activity"],
      ]);
  });

  it("refuses a version that it does not know, and one is made when that is meant", async () => {
    expect(await deployment("set-current", "--build-id", "3")).toEqual(
      refused(
        "Worker Deployment shop has no version 3; there are: 2, 1: start its workers first, or add --allow-no-pollers",
      ),
    );
    const early = ["--name", "early", "--build-id", "1", "--allow-no-pollers"];
    const { exitCode, stdout } = await worker("deployment", "set-current", ...early);
    expect([exitCode, stdout.split("\n")[0]]).toEqual([0, "Worker Deployment early"]);
  });

  it("makes a version current, and shows it", async () => {
    const set = await told<DeploymentDescription>(
      deployment("set-current", "--build-id", "1", "--format", "json"),
    );
    expect(set).toMatchObject({
      currentVersion: { deploymentName: "shop", buildId: "1" },
      lastModifierIdentity: expect.stringMatching(/^resource-temporal@/) as string,
    });
    expect((await deployment("set-current", "--build-id", "1")).exitCode).toBe(0);
    await known("1");
    const { workflow } = new Client({ connection });
    const handle = await workflow.start("greet", { taskQueue, workflowId: "order-1" });
    await expect
      .poll(async () => (await handle.describe()).raw.workflowExecutionInfo?.versioningInfo, {
        timeout: 30_000,
      })
      .toMatchObject({ deploymentVersion: { deploymentName: "shop", buildId: "1" } });
  });

  it("lets a share go to another version, and ends that", async () => {
    const half = await deployment("set-ramping", "--build-id", "2", "--percentage", "50");
    expect(half.stdout).toMatch(/^ {2}ramping version {2}2, 50%, since \d{4}-\S+Z$/m);
    const ended = await deployment("set-ramping", "--delete", "--format", "json");
    expect(JSON.parse(ended.stdout)).not.toHaveProperty("rampingVersion");
    expect(ended.exitCode).toBe(0);
    const thousandth = await deployment("set-ramping", "--build-id", "2", "--percentage", "0.1");
    expect(thousandth.stdout).toMatch(/^ {2}ramping version {2}2, 0\.1%/m);
    expect(await deployment("drain", "--build-id", "2")).toEqual(
      refused(
        "version 2 of Worker Deployment shop is ramping, so new workflows go to it: end that first, with `resource-temporal worker deployment set-ramping --name shop --delete`",
      ),
    );
  });

  it("leaves it alone while somebody manages it", async () => {
    const { workflowService } = connection;
    const managed = (managerIdentity: string) =>
      workflowService.setWorkerDeploymentManager({
        ...{ namespace: "default", deploymentName: "shop", identity: "controller" },
        managerIdentity,
      });
    await managed("controller");
    const refusal = refused(
      "Worker Deployment shop is managed by controller, which alone may change it: let that do it, or add --identity controller to act as it",
    );
    expect(await deployment("set-current", "--build-id", "2")).toEqual(refusal);
    expect(await deployment("set-ramping", "--delete")).toEqual(refusal);
    expect(await deployment("delete-version", "--build-id", "2", "--yes")).toEqual(refusal);
    const acted = await deployment("set-current", "--build-id", "2", "--identity", "controller");
    expect(acted.stdout).toMatch(/^ {2}current version {2}2, since /m);
    expect(acted.stdout).toMatch(/^ {2}managed by {7}controller$/m);
    await managed("");
  });

  it("waits in vain for a version to which a workflow is pinned", async () => {
    await expect
      .poll(
        async () =>
          (await described()).versions.map(({ buildId, status, runningPinnedWorkflows }) => [
            ...[buildId, status, runningPinnedWorkflows],
          ]),
        { timeout: 30_000 },
      )
      .toEqual([
        ["2", "Current", undefined],
        ["1", "Draining", 1],
      ]);
    expect(await deployment("drain", "--build-id", "1", "--timeout", "4s")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: [
        "draining: 1 workflow is pinned to it and runs",
        "error: version 1 of Worker Deployment shop is still draining after 4s: 1 workflow is pinned to it and runs",
      ].join("\n"),
    });
    expect(await deployment("delete-version", "--build-id", "1", "--yes")).toEqual(
      refused(
        "version 1 of Worker Deployment shop is draining: wait with `resource-temporal worker deployment drain --name shop --build-id 1`, or add --skip-drainage",
      ),
    );
  });

  it("says when it has drained", async () => {
    const { workflow } = new Client({ connection });
    const handle = workflow.getHandle("order-1");
    await handle.signal(nameSignal, "Ada");
    await handle.result();
    const { exitCode, stdout } = await deployment("drain", "--build-id", "1", "--timeout", "2m");
    expect([exitCode, stdout]).toEqual([
      0,
      "version 1 of Worker Deployment shop is drained: stop its workers; 5 minutes after their last poll, `resource-temporal worker deployment delete-version --name shop --build-id 1` deletes it",
    ]);
    expect(await statusOf("1")).toBe("Drained");
  });

  it("keeps the current version, and one that has workers", async () => {
    expect(await deployment("delete-version", "--build-id", "2", "--yes")).toEqual(
      refused(
        "version 2 of Worker Deployment shop is current, so new workflows go to it: make another one current first, with `resource-temporal worker deployment set-current --name shop`",
      ),
    );
    expect(await deployment("delete-version", "--build-id", "1", "--yes")).toEqual(
      refused(
        "version 1 of Worker Deployment shop has workers: stop them, and delete it 5 minutes after their last poll (matching.PollerHistoryTTL)",
      ),
    );
  });

  it("asks before it deletes one", async () => {
    expect((await deployment("delete-version", "--build-id", "1")).stderr).toBe(
      "error: nothing was done, because there is no terminal to confirm it on: add --yes. This deletes version 1 of Worker Deployment shop; workers of it that poll again make it anew.",
    );
    expect(await statusOf("1")).toBe("Drained");
  });

  it("deletes one that nobody needs", async () => {
    await stops.get("1")?.();
    const gone = async () =>
      (await deployment("delete-version", "--build-id", "1", "--yes")).stdout;
    await expect
      .poll(gone, { timeout: 60_000, interval: 2000 })
      .toBe("version 1 of Worker Deployment shop is deleted");
    expect((await described()).versions.map(({ buildId }) => buildId)).toEqual(["2"]);
    expect(await deployment("delete-version", "--build-id", "1", "--yes")).toEqual(
      refused("Worker Deployment shop has no version 1; there are: 2"),
    );
  });

  it("lets new workflows go to unversioned workers, step by step or at once", async () => {
    const ramped = await deployment("set-ramping", "--unversioned", "--percentage", "20");
    expect(ramped.stdout).toMatch(/^ {2}ramping version {2}unversioned workers, 20%/m);
    const { stdout } = await deployment("set-current", "--unversioned");
    expect(stdout).toMatch(/^ {2}current version {2}unversioned workers, since /m);
    expect(stdout).toMatch(/^ {2}ramping version {2}-$/m);
    await expect.poll(() => statusOf("2"), { timeout: 30_000 }).toBe("Drained");
  });

  it("shows what waits for each version", async () => {
    const { stdout } = await deployment("describe", "--report-task-queue-stats");
    expect(stdout).toMatch(/^ {2}2 {9}orders {6}activity {2}empty /m);
  });

  it("is in the list", async () => {
    await expect
      .poll(
        async () =>
          (
            await told<readonly DeploymentSummary[]>(
              worker("deployment", "list", "--format", "json"),
            )
          )
            .map(({ name, currentVersion }) => [name, currentVersion?.buildId])
            .sort(),
        { timeout: 30_000 },
      )
      .toEqual([
        ["early", "1"],
        ["shop", undefined],
      ]);
  });
});

describe("a version that does not poll a task queue in use", () => {
  it("is made current only when that is meant", async () => {
    await deployment("set-current", "--build-id", "2");
    await known("2");
    await stops.get("2")?.();
    await new Client({ connection }).workflow.start("greet", { taskQueue, workflowId: "order-2" });
    await start("3", "billing");
    const set = (...args: readonly string[]) =>
      deployment("set-current", "--build-id", "3", ...args);
    await expect
      .poll(async () => (await set()).stderr, { timeout: 30_000 })
      .toBe(
        "error: proposed current version 'shop:3' is missing active task queues from the current version; these would become unversioned if it is set as the current version: start the workers that poll them, or add --ignore-missing-task-queues",
      );
    const { exitCode, stdout } = await set("--ignore-missing-task-queues");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}current version {2}3, since /m);
  });
});

describe("resource-temporal worker, of wrong input and before anything is sent,", () => {
  const shop = ["--name", "shop"];
  const build = [...shop, "--build-id", "1"];
  it.each<[readonly string[], string]>([
    [["list", "--task-queue", "/_sys/orders/1"], "It begins with /_sys/"],
    [["list", "--deployment", "a.b"], "It must have no dot and no colon"],
    [["list", "--build-id", "__a"], "It begins with __"],
    [["list", "--limit", "0"], "It must be a whole number from 1"],
    [["list", "--format", "yaml"], "Allowed choices are text, json."],
    [["describe"], "required option '--worker-instance-key <key>' not specified"],
    [["describe", "--worker-instance-key", " "], "It must not be empty."],
    [["deployment", "list", "--limit", "x"], "It must be a whole number, such as 50."],
    [["deployment", "describe"], "required option '--name <deployment>' not specified"],
    [["deployment", "describe", "--name", "a:b"], "It must have no dot and no colon"],
    [["deployment", "set-current", ...shop], "name --build-id, or --unversioned"],
    [["deployment", "set-current", ...build, "--unversioned"], "cannot be used with"],
    [["deployment", "set-current", ...shop, "--build-id", ""], "It must not be empty."],
    [["deployment", "set-current", ...build, "--identity", ""], "It must not be empty."],
    [["deployment", "set-ramping", ...build], "name --percentage, the share of new workflows"],
    [["deployment", "set-ramping", ...build, "--percentage", "101"], "from 0 to 100"],
    [["deployment", "set-ramping", ...shop, "--percentage", "5"], "name --build-id"],
    [
      ["deployment", "set-ramping", ...shop, "--unversioned", "--percentage", "0"],
      "unversioned workers at 0% are --delete",
    ],
    [["deployment", "set-ramping", ...build, "--delete"], "cannot be used with"],
    [["deployment", "set-ramping", ...shop, "--delete", "--percentage", "5"], "cannot be used"],
    [["deployment", "drain", ...shop], "required option '--build-id <id>' not specified"],
    [["deployment", "drain", ...build, "--timeout", "0s"], "It must be 1s at least."],
    [["deployment", "delete-version", ...shop, "--yes"], "required option '--build-id <id>'"],
    [["deployment", "delete-version", ...build], "nothing was done, because there is no terminal"],
  ])("tells about %j", async (args, message) => {
    const { exitCode, stdout, stderr } = await commandAt(closedAddress, "worker", ...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toContain(message);
  });

  it("would say otherwise that nobody answers", async () => {
    const { exitCode, stderr } = await commandAt(closedAddress, "worker", "list");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: no Temporal answers at 127\.0\.0\.1:1 /);
  });
});
