/**
 * The users' own workers on Docker: built, run, killed, stopped, and rolled out in versions under load. The tests build on each other.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Connection, type WorkflowHandle } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../clients/temporal.ts";
import { stackLabel } from "../../platform/labels.ts";
import { arrangeOnDocker, type DockerSubject } from "../../testkit/docker-subject.ts";
import { componentLabel } from "../../testkit/leftovers.ts";
import { makeWorkerDirectory, type WorkerDirectory } from "../../testkit/worker-image.ts";

const [namespace, taskQueue] = ["orders", "orders"];

let directory: WorkerDirectory;
let subject: DockerSubject;
let connection: Connection;
let client: Client;

/** The worker's workflows, as a version of its program has them. */
const workflows = (version: string, gate: "passes" | "fails"): string => `
import { ApplicationFailure, condition, defineSignal, proxyActivities, setHandler } from "@temporalio/workflow";
import type * as activities from "./activities.ts";
const { ship, slow } = proxyActivities<typeof activities>({ startToCloseTimeout: "45 seconds" });
export async function order(item: string): Promise<string> {
  await ship(item);
  return "${version}";
}
export async function long(seconds: number): Promise<string> {
  return slow(seconds);
}
const go = defineSignal("go");
export async function waiting(): Promise<string> {
  let gone = false;
  setHandler(go, () => { gone = true; });
  await condition(() => gone);
  return "${version}";
}
export async function check(): Promise<void> {
  ${gate === "fails" ? 'throw ApplicationFailure.nonRetryable("it is broken");' : ""}
}
`;

const activities = `
export const ship = (item: string): Promise<string> => Promise.resolve(item);
export const slow = (seconds: number): Promise<string> =>
  new Promise((resolve) => setTimeout(() => { resolve("slept"); }, seconds * 1000));
`;

const configure = (worker: object): Promise<void> =>
  subject.stack.configure({
    clusters: [
      {
        ...{ name: subject.name, target: subject.target },
        namespaces: { [namespace]: { retention: "1d" } },
        server: {
          numHistoryShards: 16,
          dynamicConfig: {
            "matching.wv.VersionDrainageStatusVisibilityGracePeriod": "1s",
            "matching.wv.VersionDrainageStatusRefreshInterval": "1s",
          },
        },
        workers: {
          orders: {
            ...{ build: directory.path, namespace, stopGrace: "60s" },
            taskQueues: { [taskQueue]: ["workflow", "activity"] },
            ...worker,
          },
        },
      },
    ],
  });

const start = (type: string, workflowId: string, ...args: unknown[]): Promise<WorkflowHandle> =>
  client.workflow.start(type, { workflowId, taskQueue, args });

/** Names of the worker's containers that run; those of versions have no health check. */
const runningWorkers = async (): Promise<readonly string[]> => {
  const label = [`${componentLabel}=orders`, `${stackLabel}=${subject.stack.name}`];
  const found = await subject.stack.docker.listContainers({ filters: { label } });
  return found.map(({ Names }) => Names[0] ?? "");
};

const connect = async (): Promise<void> => {
  const { clusters } = (await subject.stack.outputs()) as {
    readonly clusters: Readonly<Record<string, { readonly grpcAddress: string }>>;
  };
  const address = clusters[subject.name]?.grpcAddress ?? "";
  connection = await connectFrontend({ address, transport: "cleartext" });
  client = new Client({ connection, namespace });
};

beforeAll(async () => {
  directory = await makeWorkerDirectory();
  await directory.write("workflows.ts", workflows("one", "passes"));
  await directory.write("activities.ts", activities);
  subject = await arrangeOnDocker("workers");
  await configure({ replicas: 2 });
  await subject.stack.up();
  await connect();
});

afterAll(async () => {
  await connection.close();
  await subject.dispose();
  await directory.remove();
  // Those of versions stay for a later rollback (runbook workers.md).
  const { docker } = subject.stack;
  const reference = [`temporal-${subject.name}-orders`];
  for (const { Id } of await docker.listImages({ filters: { reference } })) {
    await docker.getImage(Id).remove({ force: true });
  }
});

describe("a worker of a directory with a Dockerfile", () => {
  it("does the work of its task queue, and status says that it polls", async () => {
    const handle = await start("order", "first", "a book");
    expect(await handle.result()).toBe("one");
    const { output } = await subject.stack.command(["status", "--format", "json"]);
    const { clusters } = JSON.parse(output) as {
      readonly clusters: readonly [{ readonly workers: readonly { readonly state: string }[] }];
    };
    expect(clusters[0].workers.map(({ state }) => state)).toEqual(["polled", "polled"]);
  });

  it("is left alone by an up that changes nothing", async () => {
    const nothing = { created: [], updated: [], replaced: [], deleted: [] };
    expect(await subject.stack.up()).toEqual(nothing);
  });

  it("is started again when it dies, and its activity is done by another one", async () => {
    const handle = await start("long", "killed", 3);
    await subject.kill("orders");
    expect(await handle.result()).toBe("slept");
    await expect.poll(() => subject.restarts("orders"), { timeout: 30_000 }).toBe(1);
  });

  it("ends an activity in its time to stop when everything stops, and the result is kept", async () => {
    const handle = await start("long", "stopped", 8);
    await expect
      .poll(async () => (await handle.describe()).raw.pendingActivities?.[0]?.state)
      .toBe(2);
    await connection.close();
    await subject.stack.up({ TEMPORAL_LIFECYCLE: "stopped" });
    await subject.stack.up();
    await connect();
    const again = client.workflow.getHandle("stopped");
    expect(await again.result()).toBe("slept");
    const { events = [] } = await again.fetchHistory();
    const started = events?.flatMap((event) => event.activityTaskStartedEventAttributes ?? []);
    expect(started?.map(({ attempt }) => attempt)).toEqual([1]);
  });
});

describe("versions of a worker", () => {
  const gate = { workflowType: "check", timeout: "60s" };
  const versioned = (rollout: object) => ({ replicas: 1, versioning: { rollout, gate } });
  const steps = [{ percent: 50, pause: "15s" }];
  let pinned: readonly WorkflowHandle[];

  it("begin with one that gets all work at once", async () => {
    await configure(versioned({ kind: "all-at-once" }));
    await subject.stack.up();
    expect(await (await start("order", "versioned", "a book")).result()).toBe("one");
    const ids = Array.from({ length: 10 }, (_, index) => `pinned-${index}`);
    pinned = await Promise.all(ids.map((id) => start("waiting", id)));
    await expect
      .poll(async () => (await client.workflow.getHandle("pinned-0").describe()).historyLength)
      .toBeGreaterThan(3);
  });

  it("are rolled out by steps under load, and lose nothing", async () => {
    await directory.write("workflows.ts", workflows("two", "passes"));
    await configure(versioned({ kind: "progressive", steps }));
    const over = new AbortController();
    const deployment = subject.stack.up().finally(() => {
      over.abort();
    });
    const handles: WorkflowHandle[] = [];
    while (!over.signal.aborted) {
      handles.push(await start("order", `load-${handles.length}`, "a book"));
      await sleep(200);
    }
    await deployment;
    const results = await Promise.all(handles.map((handle) => handle.result()));
    const counts = Object.groupBy(results as string[], (version) => version);
    expect(Object.keys(counts).sort()).toEqual(["one", "two"]);
    expect(results).toHaveLength(handles.length);
    expect(await (await start("order", "after", "a book")).result()).toBe("two");
  });

  it("run on until their pinned workflows have ended", async () => {
    expect(await runningWorkers()).toHaveLength(2);
    for (const handle of pinned.slice(0, 5)) await handle.signal("go");
    const results = await Promise.all(pinned.slice(0, 5).map((handle) => handle.result()));
    expect(new Set(results)).toEqual(new Set(["one"]));
    await subject.stack.up();
    expect(await runningWorkers()).toHaveLength(2);
  });

  it("that fail their gate get no work, and the current one keeps it", async () => {
    await directory.write("workflows.ts", workflows("three", "fails"));
    const { exitCode, output } = await subject.stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("it is broken");
    expect(await runningWorkers()).toHaveLength(2);
    expect(await (await start("order", "gated", "a book")).result()).toBe("two");
  });

  it("are all there again after down and up", async () => {
    await directory.write("workflows.ts", workflows("two", "passes"));
    await connection.close();
    await subject.stack.up({ TEMPORAL_LIFECYCLE: "stopped" });
    expect(await subject.running()).toEqual({});
    expect(await runningWorkers()).toEqual([]);
    await subject.stack.up();
    await connect();
    expect(await runningWorkers()).toHaveLength(2);
    const rest = pinned.slice(5).map(({ workflowId }) => client.workflow.getHandle(workflowId));
    for (const handle of rest) await handle.signal("go");
    const results = await Promise.all(rest.map((handle) => handle.result()));
    expect(new Set(results)).toEqual(new Set(["one"]));
  });

  it("go when they have drained", async () => {
    // The server looks every second here, and every three minutes by default.
    for (let tries = 0; tries < 5 && (await runningWorkers()).length > 1; tries++) {
      await subject.stack.up();
    }
    expect(await runningWorkers()).toHaveLength(1);
    expect(await (await start("order", "last", "a book")).result()).toBe("two");
  });

  it("go with the stack", async () => {
    await subject.stack.destroy();
    expect(await subject.leftOvers()).toEqual([]);
  });
});
