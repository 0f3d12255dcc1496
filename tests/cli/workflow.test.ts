import { describe, expect, it } from "vitest";
import { failureText, historyUrl } from "../../cli/commands/workflow/client.ts";
import {
  workflowDescription,
  type WorkflowDescription,
  workflowsText,
  workflowText,
} from "../../cli/commands/workflow/description.ts";
import { eventsIn, eventsText } from "../../cli/commands/workflow/event.ts";
import { type Payload, rawArgument, readable } from "../../cli/commands/workflow/payload.ts";
import { resetEventId } from "../../cli/commands/workflow/reset-point.ts";

const payload = (encoding: string, data = "", type?: string): Payload => ({
  metadata: {
    encoding: Buffer.from(encoding),
    ...(type === undefined ? {} : { type: Buffer.from(type) }),
  },
  data: Buffer.from(data),
});

describe("a payload", () => {
  it.each([
    ["json/plain", '{"a":[1,null]}', { a: [1, null] }],
    ["json/protobuf", '{"orderId":"7"}', { orderId: "7" }],
    ["binary/null", "", null],
    ["json/plain", "12345678901234567890", "12345678901234567890"],
    ["json/plain", "1e3", 1000],
  ])("that is %s %s is read", (encoding, data, value) => {
    expect(readable(payload(encoding, data))).toEqual(value);
  });

  it.each([
    ["binary/encrypted", "0123456789"],
    ["binary/plain", "0123456789"],
    ["json/plain", "{truncated"],
    ["", "0123456789"],
  ])("that is %j %s is told by its encoding and size", (encoding, data) => {
    expect(readable(payload(encoding, data))).toEqual({ encoding, bytes: 10 });
  });

  it("may have nothing at all", () => {
    expect(readable({})).toEqual({ encoding: "", bytes: 0 });
  });

  it("that is sent is the JSON that was typed", () => {
    const { data } = rawArgument('{"id": 12345678901234567890}').payload;
    expect(Buffer.from(data ?? []).toString()).toBe('{"id": 12345678901234567890}');
  });
});

/** A 64-bit integer as the server's answers have it. */
const long = (value: number): never => ({ toNumber: () => value }) as never;
const time = (seconds: number) => ({ seconds: long(seconds) });

const answer = {
  executionConfig: {
    workflowExecutionTimeout: time(0),
    workflowRunTimeout: time(3600),
    defaultWorkflowTaskTimeout: time(10),
  },
  workflowExecutionInfo: {
    execution: { workflowId: "order-7", runId: "r-2" },
    type: { name: "Order" },
    status: 1,
    taskQueue: "orders",
    startTime: time(1_700_000_000),
    executionTime: time(1_700_000_060),
    historyLength: long(12),
    historySizeBytes: long(3400),
    parentExecution: { workflowId: "basket-1", runId: "r-1" },
    memo: {
      fields: {
        team: payload("json/plain", '"billing"'),
        note: payload("binary/encrypted", "xyz"),
      },
    },
    searchAttributes: {
      indexedFields: {
        Amount: payload("json/plain", "[5]", "Int"),
        Tags: payload("json/plain", '["a"]', "KeywordList"),
        Customer: payload("json/plain", '"c-1"', "Keyword"),
      },
    },
  },
  pendingWorkflowTask: { state: 2, attempt: 1, scheduledTime: time(1_700_000_100) },
  pendingActivities: [
    {
      activityId: "5",
      activityType: { name: "charge" },
      state: 1,
      attempt: 3,
      maximumAttempts: 10,
      scheduledTime: time(1_700_000_200),
      heartbeatDetails: { payloads: [payload("json/plain", "1"), payload("binary/zip", "12")] },
      lastFailure: { message: "Activity task failed", cause: { message: "card\nrefused" } },
      lastWorkerIdentity: "1@host",
    },
  ],
  pendingChildren: [{ workflowId: "parcel-7", runId: "r-3", workflowTypeName: "Parcel" }],
} as unknown as Parameters<typeof workflowDescription>[0];

const order: WorkflowDescription = {
  workflowId: "order-7",
  runId: "r-2",
  type: "Order",
  status: "Running",
  taskQueue: "orders",
  startTime: "2023-11-14T22:13:20.000Z",
  executionTime: "2023-11-14T22:14:20.000Z",
  historyLength: 12,
  historySizeBytes: 3400,
  timeouts: { executionSeconds: 0, runSeconds: 3600, taskSeconds: 10 },
  parent: { workflowId: "basket-1", runId: "r-1" },
  memo: { note: { encoding: "binary/encrypted", bytes: 3 }, team: "billing" },
  searchAttributes: { Amount: 5, Customer: "c-1", Tags: ["a"] },
  pendingWorkflowTask: {
    state: "Started",
    attempt: 1,
    scheduledTime: "2023-11-14T22:15:00.000Z",
  },
  pendingActivities: [
    {
      activityId: "5",
      type: "charge",
      state: "Scheduled",
      attempt: 3,
      maximumAttempts: 10,
      scheduledTime: "2023-11-14T22:16:40.000Z",
      heartbeatDetails: [1, { encoding: "binary/zip", bytes: 2 }],
      lastFailure: "Activity task failed: card\nrefused",
      lastWorkerIdentity: "1@host",
    },
  ],
  pendingChildren: [{ workflowId: "parcel-7", runId: "r-3", type: "Parcel" }],
};

describe("a workflow that the server describes", () => {
  it("has one shape for programs", () => {
    expect(workflowDescription(answer)).toEqual(order);
  });

  it("is told in lines for people", () => {
    expect(workflowText(order)).toBe(
      [
        "Workflow order-7",
        "  run id             r-2",
        "  type               Order",
        "  status             Running",
        "  task queue         orders",
        "  start time         2023-11-14T22:13:20.000Z",
        "  execution time     2023-11-14T22:14:20.000Z",
        "  close time         -",
        "  history            12 events, 3400 bytes",
        "  timeouts           execution none, run 1h, task 10s",
        "  parent             basket-1, run r-1",
        '  memo               note={"encoding":"binary/encrypted","bytes":3}',
        '                     team="billing"',
        "  search attributes  Amount=5",
        '                     Customer="c-1"',
        '                     Tags=["a"]',
        "",
        "Pending workflow task",
        "  state    attempt  scheduled                 started",
        "  Started  1        2023-11-14T22:15:00.000Z  -",
        "",
        "Pending activities",
        "  id  type    state      attempt  last failure",
        "  5   charge  Scheduled  3 of 10  Activity task failed: card refused",
        "",
        "Pending children",
        "  workflow id  run id  type",
        "  parcel-7     r-3     Parcel",
      ].join("\n"),
    );
  });

  it("may have nothing that it waits for", () => {
    const idle = workflowDescription({});
    expect(idle).toMatchObject({ status: "Unspecified", pendingActivities: [], memo: {} });
    expect(workflowText(idle)).not.toContain("Pending");
  });

  it("is one line of a table", () => {
    expect(workflowsText([order]).split("\n")).toEqual([
      "status   workflow id  run id  type   start",
      "Running  order-7      r-2     Order  2023-11-14T22:13:20.000Z",
    ]);
    expect(workflowsText([])).toBe("There is no such workflow.");
  });
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const values = (...texts: readonly string[]) => ({
  payloads: texts.map((text) => ({
    metadata: { encoding: base64("json/plain") },
    data: base64(text),
  })),
});

type JsonEvent = readonly [type: string, attributes?: object];

/** A history in protobuf's JSON. */
function history(...events: readonly JsonEvent[]): string {
  return JSON.stringify({
    events: events.map(([type, attributes = {}], index) => ({
      eventId: String(index + 1),
      eventTime: "2026-01-02T03:04:05.678901234Z",
      eventType: `EVENT_TYPE_${type}`,
      taskId: "1048587",
      someEventAttributes: attributes,
    })),
  });
}

const told = (...events: readonly JsonEvent[]): readonly string[] =>
  eventsText(eventsIn(history(...events)))
    .split("\n")
    .slice(1);

describe("the table of a history", () => {
  it("has the number, the time, the type and what matters", () => {
    const json = history(["WORKFLOW_EXECUTION_STARTED", { workflowType: { name: "Order" } }]);
    expect(eventsText(eventsIn(json)).split("\n")).toEqual([
      "event  time                      type                      what",
      "1      2026-01-02T03:04:05.678Z  WorkflowExecutionStarted  Order",
    ]);
  });

  it("names the activity in all events of it", () => {
    const lines = told(
      ["ACTIVITY_TASK_SCHEDULED", { activityType: { name: "charge" }, input: values("20") }],
      [
        "ACTIVITY_TASK_STARTED",
        { scheduledEventId: "1", attempt: 2, lastFailure: { message: "card refused" } },
      ],
      ["ACTIVITY_TASK_COMPLETED", { scheduledEventId: "1", result: values('"paid"') }],
    );
    expect(lines.map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      "charge, 20",
      "charge, attempt 2, after: card refused",
      'charge, "paid"',
    ]);
  });

  it.each<[string, object, string]>([
    ["WORKFLOW_TASK_SCHEDULED", { attempt: 1 }, "-"],
    ["TIMER_STARTED", { timerId: "3", startToFireTimeout: "60s" }, "timer 3, 60s"],
    ["MARKER_RECORDED", { markerName: "core_patch" }, "core_patch"],
    ["WORKFLOW_EXECUTION_SIGNALED", { signalName: "paid", input: values("1", "2") }, "paid, 1, 2"],
    [
      "WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
      { acceptedRequest: { input: { name: "setAddress" } } },
      "setAddress",
    ],
    [
      "START_CHILD_WORKFLOW_EXECUTION_INITIATED",
      { workflowType: { name: "Parcel" }, workflowId: "parcel-7" },
      "Parcel, parcel-7",
    ],
    [
      "CHILD_WORKFLOW_EXECUTION_STARTED",
      { workflowType: { name: "Parcel" }, workflowExecution: { workflowId: "parcel-7" } },
      "Parcel, parcel-7",
    ],
    [
      "WORKFLOW_EXECUTION_FAILED",
      { failure: { message: "Activity task failed", cause: { message: "card\nrefused" } } },
      "Activity task failed: card refused",
    ],
    [
      "WORKFLOW_TASK_FAILED",
      { cause: "WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW", failure: { message: "again" } },
      "again, ResetWorkflow",
    ],
    ["WORKFLOW_EXECUTION_TERMINATED", { reason: "a duplicate" }, "a duplicate"],
    ["WORKFLOW_EXECUTION_CONTINUED_AS_NEW", { newExecutionRunId: "r-4" }, "run r-4"],
    ["A_TYPE_OF_TOMORROW", {}, "-"],
  ])("says of %s what it is about", (type, attributes, what) => {
    expect(told([type, attributes])[0]?.split(/ {2,}/).at(-1)).toBe(what);
  });

  it("cuts what is long, and tells what cannot be read by its encoding and size", () => {
    const encrypted = { metadata: { encoding: base64("binary/encrypted") }, data: base64("xyz") };
    const [long = "", secret] = told(
      ["WORKFLOW_EXECUTION_COMPLETED", { result: values(JSON.stringify("x".repeat(100))) }],
      ["WORKFLOW_EXECUTION_COMPLETED", { result: { payloads: [encrypted] } }],
    );
    expect(long.endsWith(` "${"x".repeat(59)}…`)).toBe(true);
    expect(secret).toContain('{"encoding":"binary/encrypted","bytes":3}');
  });

  it("has no events where there are none", () => {
    expect(eventsIn("{}")).toEqual([]);
  });
});

describe("the place to which a workflow is reset", () => {
  const events = eventsIn(
    history(
      ["WORKFLOW_EXECUTION_STARTED"],
      ["WORKFLOW_TASK_SCHEDULED"],
      ["WORKFLOW_TASK_STARTED"],
      ["WORKFLOW_TASK_COMPLETED"],
      ["WORKFLOW_TASK_STARTED"],
      ["WORKFLOW_TASK_COMPLETED"],
      ["WORKFLOW_TASK_STARTED"],
    ),
  );

  it.each([
    ["first-workflow-task", 4],
    ["last-workflow-task", 6],
    [6, 6],
    [3, 3],
  ] as const)("named %s is event %d", (point, eventId) => {
    expect(resetEventId("order-7", events, point)).toBe(eventId);
  });

  it("is a workflow task that has begun where none has completed", () => {
    const begun = events.slice(0, 3);
    expect(resetEventId("order-7", begun, "first-workflow-task")).toBe(3);
    expect(resetEventId("order-7", begun, "last-workflow-task")).toBe(3);
  });

  it.each([
    [2, events, "cannot go on from event 2, a WorkflowTaskScheduled: name a WorkflowTaskComp"],
    [99, events, "cannot go on from event 99, which it does not have: name a WorkflowTaskComp"],
    ["last-workflow-task", events.slice(0, 2), "has not begun, and there is nothing to reset"],
  ] as const)("is not %s", (point, all, why) => {
    expect(() => resetEventId("order-7", all, point)).toThrow(`workflow order-7 ${why}`);
  });
});

describe("a failure", () => {
  it("is told with its causes", () => {
    const cause = new Error("Activity task failed", { cause: new Error("card refused") });
    expect(failureText(new Error("Workflow execution failed", { cause }))).toBe(
      "Workflow execution failed: Activity task failed: card refused",
    );
  });
});

describe("the address of a history", () => {
  it("keeps what an id has", () => {
    const at = { uiUrl: "http://localhost:7233/", namespace: "default" };
    expect(historyUrl(at, { workflowId: "a/b c", runId: "r" })).toBe(
      "http://localhost:7233/namespaces/default/workflows/a%2Fb%20c/r/history",
    );
  });
});
