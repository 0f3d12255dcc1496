import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connectFrontend } from "../../clients/temporal.ts";
import {
  closedAddress,
  commandAt,
  type DevServer,
  startDevServer,
} from "../../testkit/dev-server.ts";
import { until } from "../../testkit/test-namespace.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";
import { nameSignal } from "../../testkit/workflows.ts";

const place = mkdtempSync(join(tmpdir(), "content-"));

/** Files that are added, by the names that they get. */
const files = {
  greet: `
type: workflow
workflowType: greet
taskQueue: ${taskQueue}
executionTimeout: 1h
runTimeout: 30m
taskTimeout: 20s
memo: {team: shop}
searchAttributes: {Shop: berlin, Total: 7.5, Count: 3, Paid: true, Tags: [a, b], Note: two words, Due: "2026-01-02T03:04:05Z"}
`,
  journey: `
type: template
parameters:
  number: {description: how far}
  queue: {default: ${taskQueue}}
workflow:
  workflowType: journey
  taskQueue: "{{queue}}"
  workflowId: journey-{{number}}
  input: ["{{number}}"]
`,
  hurried: `
type: workflow
workflowType: greet
taskQueue: ${taskQueue}
workflowId: hurried
executionTimeout: 1s
`,
  orders: `
type: namespace
name: orders
retention: 90d
description: Orders of all shops
owner: orders@example.com
data: {team: orders}
`,
  "orders-now": `
type: namespace
name: orders
retention: 60d
data: {tier: "1"}
`,
  nightly: `
type: schedule
scheduleId: nightly
spec:
  cronExpressions: ["0 6 * * MON-FRI"]
  timezone: Europe/Berlin
action:
  workflowType: greet
  taskQueue: ${taskQueue}
  input: [1]
  runTimeout: 30m
  memo: {team: shop}
overlapPolicy: BufferOne
paused: true
note: until the report is rebuilt
`,
  "nightly-now": `
type: schedule
scheduleId: nightly
spec:
  intervals: [{every: 2h, offset: 5m}]
action: {workflowType: journey, taskQueue: ${taskQueue}, workflowId: nightly-journey}
`,
  "bad-cron": `
type: schedule
scheduleId: never
spec: {cronExpressions: ["99 99 * * *"]}
action: {workflowType: greet, taskQueue: ${taskQueue}}
`,
  "unknown-attribute": `
type: workflow
workflowType: greet
taskQueue: ${taskQueue}
searchAttributes: {Nobody: knows}
`,
};

/** Types of search attributes (`IndexedValueType`); the enumeration is in a package that the client does not hand on. */
const attributes = {
  ...{ Shop: 2, Total: 4, Count: 3, Paid: 5, Tags: 7, Note: 1, Due: 6 },
} as object as Record<string, never>;

let server: DevServer;
let connection: Connection;
let client: Client;

const content = (...args: readonly string[]) => server.command("content", ...args);
const execute = (name: string, options?: object) =>
  content(
    ...["execute", "--name", name],
    ...(options === undefined ? [] : ["--options", JSON.stringify(options)]),
  );

beforeAll(async () => {
  vi.stubEnv("TEMPORAL_PLATFORM_CONTENT", join(place, "content"));
  for (const name of ["TEMPORAL_NAMESPACE", "TEMPORAL_UI_URL", "PULUMI_STACK"]) {
    vi.stubEnv(name, undefined);
  }
  server = await startDevServer();
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
  client = new Client({ connection });
  await connection.operatorService.addSearchAttributes({
    namespace: "default",
    searchAttributes: attributes,
  });
  for (const [name, text] of Object.entries(files)) {
    const file = join(place, `${name}.yaml`);
    writeFileSync(file, text);
    const { exitCode, stdout } = await content("add", "--file", file);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(` ${name} is added as `)]);
  }
});

afterAll(async () => {
  await connection.close();
  await server.stop();
});

/** The facts that a start tells. */
function facts(stdout: string): Readonly<Record<string, string>> {
  const found = stdout.matchAll(/^ {2}(workflow id|run id|namespace|history) +(\S+)$/gm);
  return Object.fromEntries([...found].map(([, key = "", value = ""]) => [key, value]));
}

describe("executing a workflow", () => {
  it("starts it with all that its definition says, and prints its ids", async () => {
    // Search attributes reach the frontend's cache some seconds after they were added.
    const { exitCode, stdout, stderr } = await until(
      "the search attributes are known",
      async () => {
        const answer = await execute("greet", { input: [], workflowId: "greet-1" });
        return !answer.stderr.includes("search attribute") && answer;
      },
    );
    const { "workflow id": workflowId, "run id": runId = "", namespace, history } = facts(stdout);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("workflow greet is started\n");
    expect([workflowId, namespace]).toEqual(["greet-1", "default"]);
    expect(history).toBe(
      `http://${server.address}/namespaces/default/workflows/greet-1/${runId}/history`,
    );
    const description = await client.workflow.getHandle("greet-1", runId).describe();
    expect(description).toMatchObject({
      ...{ type: "greet", taskQueue, memo: { team: "shop" }, status: { name: "RUNNING" } },
    });
    const values = description.typedSearchAttributes
      .getAll()
      .map(({ key, value }) => [key.name, key.type, value]);
    expect(new Map(values.map(([name, ...rest]) => [name, rest]))).toEqual(
      new Map<string, unknown[]>([
        ["Shop", ["KEYWORD", "berlin"]],
        ["Total", ["DOUBLE", 7.5]],
        ["Count", ["INT", 3]],
        ["Paid", ["BOOL", true]],
        ["Tags", ["KEYWORD_LIST", ["a", "b"]]],
        ["Note", ["TEXT", "two words"]],
        ["Due", ["DATETIME", new Date("2026-01-02T03:04:05Z")]],
      ]),
    );
    const { executionConfig } = description.raw;
    const timeouts = [
      executionConfig?.workflowExecutionTimeout,
      executionConfig?.workflowRunTimeout,
      executionConfig?.defaultWorkflowTaskTimeout,
    ];
    expect(timeouts.map((timeout) => Number(timeout?.seconds))).toEqual([3600, 1800, 20]);
  });

  it("refuses a second one of the same id while it runs", async () => {
    expect(await execute("greet", { workflowId: "greet-1" })).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "error: a workflow greet-1 runs in namespace default already: wait for its end, or choose another workflowId",
    });
  });

  it("gives one without an id an id that begins with the content's name", async () => {
    const { stdout } = await execute("greet");
    expect(facts(stdout)["workflow id"]).toMatch(/^greet-[0-9a-f-]{36}$/);
  });

  it("waits for its result when it is told to", async () => {
    const [{ exitCode, stdout }] = await withWorker(server.address, () =>
      Promise.all([
        execute("greet", { workflowId: "greet-2", wait: true }),
        until("it takes a signal", async () => {
          await client.workflow.getHandle("greet-2").signal(nameSignal, "Ada");
          return true;
        }),
      ]),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\nresult: "Hello, Ada!"$/);
  });

  it("exits with 1 when the workflow that it waits for fails", async () => {
    const { exitCode, stdout, stderr } = await execute("hurried", { wait: true });
    expect(exitCode).toBe(1);
    expect(facts(stdout)["workflow id"]).toBe("hurried");
    expect(stderr).toBe("error: workflow hurried failed: Workflow execution timed out");
  });

  it.each<[string, string, object | undefined, string]>([
    [
      "a namespace that there is not",
      "greet",
      { namespace: "nowhere" },
      "error: there is no namespace nowhere: `resource-temporal namespace list` names those that there are",
    ],
    [
      "a search attribute that there is not",
      "unknown-attribute",
      undefined,
      "error: Namespace default has no mapping defined for search attribute Nobody",
    ],
  ])("fails in one line for %s", async (_, name, options, line) => {
    expect(await execute(name, options)).toEqual({ exitCode: 1, stdout: "", stderr: line });
  });
});

describe("executing a template", () => {
  it("starts the workflow that it becomes", async () => {
    const { exitCode, stdout } = await execute("journey", { number: 7 });
    expect(exitCode).toBe(0);
    expect(facts(stdout)["workflow id"]).toBe("journey-7");
    const { events = [] } = await client.workflow.getHandle("journey-7").fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    expect(Buffer.from(input ?? []).toString()).toBe("7");
  });

  it("refuses a missing parameter, and one that it does not have", async () => {
    expect(await execute("journey", { distance: 7 })).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "error: parameters of the template: number is missing (how far); there is no distance, only number, queue",
    });
  });
});

/** What the server says of the namespace. */
async function orders(): Promise<unknown[]> {
  const { namespaceInfo, config } = await connection.workflowService.describeNamespace({
    namespace: "orders",
  });
  const { description, ownerEmail, data } = namespaceInfo ?? {};
  const retention = Number(config?.workflowExecutionRetentionTtl?.seconds) / 86_400;
  return [description, ownerEmail, { ...data }, retention];
}

describe("executing a namespace", () => {
  it("registers it", async () => {
    const answer = await execute("orders");
    expect(answer).toEqual({ exitCode: 0, stdout: "namespace orders is registered", stderr: "" });
    expect(await orders()).toEqual([
      ...["Orders of all shops", "orders@example.com", { team: "orders" }, 90],
    ]);
  });

  it("updates one that exists with what its definition says", async () => {
    const answer = await execute("orders-now");
    expect(answer).toEqual({ exitCode: 0, stdout: "namespace orders is updated", stderr: "" });
    expect(await orders()).toEqual([
      ...["Orders of all shops", "orders@example.com", { team: "orders", tier: "1" }, 60],
    ]);
  });
});

describe("executing a schedule", () => {
  it("creates it", async () => {
    expect(await execute("nightly")).toEqual({
      exitCode: 0,
      stdout: "schedule nightly is created in namespace default",
      stderr: "",
    });
    expect(await client.schedule.getHandle("nightly").describe()).toMatchObject({
      spec: {
        timezone: "Europe/Berlin",
        calendars: [{ hour: [{ start: 6 }], dayOfWeek: [{ start: "MONDAY", end: "FRIDAY" }] }],
      },
      action: {
        ...{ workflowType: "greet", taskQueue, args: [1], workflowRunTimeout: 1_800_000 },
        memo: { team: "shop" },
      },
      policies: { overlap: "BUFFER_ONE" },
      state: { paused: true, note: "until the report is rebuilt" },
    });
  });

  it("updates one that exists, and leaves what its definition does not name", async () => {
    expect(await execute("nightly-now")).toEqual({
      exitCode: 0,
      stdout: "schedule nightly is updated in namespace default",
      stderr: "",
    });
    const described = await client.schedule.getHandle("nightly").describe();
    expect(described).toMatchObject({
      spec: { calendars: [], intervals: [{ every: 7_200_000, offset: 300_000 }] },
      action: { workflowType: "journey", workflowId: "nightly-journey" },
      policies: { overlap: "BUFFER_ONE" },
      state: { paused: true, note: "until the report is rebuilt" },
    });
    expect(described.action.args ?? []).toEqual([]);
  });

  it("puts it into the namespace that the options name", async () => {
    const answer = await until("the frontend knows the namespace", async () => {
      const one = await execute("nightly", { namespace: "orders" });
      return one.exitCode === 0 && one;
    });
    expect(answer.stdout).toMatch(/^schedule nightly is (created|updated) in namespace orders$/);
  });

  it("tells in the server's words of a cron expression that is none", async () => {
    const { exitCode, stdout, stderr } = await execute("bad-cron");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      "error: Invalid schedule spec: Minute is not in range [0-59], Hour is not in range [0-23]",
    );
  });
});

describe("executing content when nobody answers", () => {
  it.each(["greet", "orders", "nightly"])("fails in one line for %s", async (name) => {
    const answer = await commandAt(closedAddress, "content", "execute", "--name", name);
    expect([answer.exitCode, answer.stdout]).toEqual([1, ""]);
    expect(answer.stderr).toMatch(/^error: no Temporal answers at 127\.0\.0\.1:1 \([^\n]*$/);
  });
});

describe("the other commands", () => {
  it("list, print and remove what was added, without a server", async () => {
    const at = (...args: readonly string[]) => commandAt(closedAddress, "content", ...args);
    const { stdout } = await at("list", "--filter", "type=schedule", "--format", "json");
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual([
      ...["bad-cron", "nightly", "nightly-now"],
    ]);
    expect((await at("get", "--name", "nightly")).stdout).toBe(files.nightly.trimEnd());
    expect((await at("remove", "--name", "bad-cron")).exitCode).toBe(1);
    expect((await at("remove", "--name", "bad-cron", "--force")).exitCode).toBe(0);
    expect((await at("remove", "--name", "bad-cron", "--force")).exitCode).toBe(2);
    const file = join(place, "nightly.yaml");
    expect((await at("add", "--file", file)).exitCode).toBe(2);
  });

  it("leave in Temporal what was made of a definition that is removed", async () => {
    expect((await content("remove", "--name", "nightly", "--force")).exitCode).toBe(0);
    await expect(client.schedule.getHandle("nightly").describe()).resolves.toBeDefined();
  });
});
