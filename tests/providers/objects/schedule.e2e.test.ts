import { Client, type Connection, type ScheduleHandle } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../../clients/temporal.ts";
import type { Known } from "../../../providers/protocol/provider.ts";
import type { Properties } from "../../../providers/protocol/values.ts";
import { scheduleType } from "../../../providers/temporal/objects/schedule.ts";
import { callOf } from "../../../testkit/call.ts";
import { type DevServer, startDevServer } from "../../../testkit/dev-server.ts";
import { temporal } from "../../../testkit/temporal-cli.ts";

let server: DevServer;
let connection: Connection;
let client: Client;
const type = scheduleType(() => Promise.resolve(connection));

beforeAll(async () => {
  server = await startDevServer();
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
  client = new Client({ connection });
});

afterAll(async () => {
  await connection.close();
  await server.stop();
});

const action = { workflowType: "report", taskQueue: "reports" };
const daily = { cronExpressions: ["@daily"] };

/** Inputs as they are after the check. */
async function checked(scheduleId: string, more: object = {}): Promise<Properties> {
  const news = { namespace: "default", scheduleId, spec: daily, action, ...more };
  const { inputs, failures } = (await type.check?.(news, {}, callOf())) ?? {};
  expect(failures).toEqual([]);
  return inputs ?? {};
}

/** What is known of a schedule after it was made. */
async function made(scheduleId: string, more: object = {}): Promise<Known> {
  const inputs = await checked(scheduleId, more);
  const { id, outputs } = await type.create(inputs, callOf());
  expect(id).toBe(`default/${scheduleId}`);
  return { inputs, outputs };
}

/** What is known of it after a refresh. */
async function refreshed(scheduleId: string, known: Known): Promise<Known | undefined> {
  return type.read?.(`default/${scheduleId}`, known, callOf());
}

/** The paths that differ between what is known and what the program says. */
function differing(known: Known | undefined, inputs: Properties): readonly string[] {
  if (typeof type.onChange !== "function" || known === undefined) throw new Error("it is gone");
  return type.onChange(known, inputs).properties.map(({ path }) => path);
}

function handleOf(scheduleId: string): ScheduleHandle {
  return client.schedule.getHandle(scheduleId);
}

describe("a schedule", () => {
  const more = {
    spec: {
      cronExpressions: ["0 6 * * MON-FRI # before work", "*/20 8-17 1,15 JAN-MAR * 2030"],
      intervals: [{ everySeconds: 7200, offsetSeconds: 300 }],
      except: ["* * 25 DEC *"],
      timezone: "Europe/Berlin",
      jitterSeconds: 30,
      startAt: "2026-01-01T00:00:00Z",
      endAt: "2100-01-01T00:00:00.5Z",
    },
    action: {
      ...action,
      input: [{ orderId: 7 }, null, "text"],
      executionTimeoutSeconds: 7200,
      runTimeoutSeconds: 3600,
      taskTimeoutSeconds: 15,
      memo: { team: "shop" },
      searchAttributes: { CustomKeywordField: "berlin" },
    },
    overlapPolicy: "BufferOne",
    catchupWindowSeconds: 600,
    pauseOnFailure: true,
    memo: { owner: ["shop"] },
  };
  let known: Known;

  beforeAll(async () => {
    await temporal(
      server.address,
      ...["operator", "search-attribute", "create"],
      ...["--name", "CustomKeywordField", "--type", "Keyword"],
    );
    known = await made("life", more);
  });

  it("is made as its inputs say", async () => {
    const described = await handleOf("life").describe();
    expect(described).toMatchObject({
      spec: {
        timezone: "Europe/Berlin",
        intervals: [{ every: 7_200_000, offset: 300_000 }],
        jitter: 30_000,
        startAt: new Date("2026-01-01T00:00:00Z"),
        endAt: new Date("2100-01-01T00:00:00.5Z"),
      },
      action: {
        ...{ workflowType: "report", taskQueue: "reports", workflowId: "life-workflow" },
        args: [{ orderId: 7 }, null, "text"],
        workflowExecutionTimeout: 7_200_000,
        workflowRunTimeout: 3_600_000,
        workflowTaskTimeout: 15_000,
        memo: { team: "shop" },
      },
      policies: { overlap: "BUFFER_ONE", catchupWindow: 600_000, pauseOnFailure: true },
      state: { paused: false },
      memo: { owner: ["shop"] },
    });
    expect(described.spec.calendars).toHaveLength(2);
    expect(described.spec.skip).toHaveLength(1);
    expect(
      described.raw.schedule?.action?.startWorkflow?.searchAttributes?.indexedFields,
    ).toMatchObject({ CustomKeywordField: { data: Buffer.from('["berlin"]') } });
  });

  it("has not changed when nobody changed it", async () => {
    const after = await refreshed("life", known);
    expect(after).toEqual({ id: "default/life", ...known });
  });

  it("that is made anew as it is, is left alone", async () => {
    const before = await handleOf("life").describe();
    expect((await made("life", more)).outputs).toEqual(known.outputs);
    const { info } = await handleOf("life").describe();
    expect(info.lastUpdatedAt).toEqual(before.info.lastUpdatedAt);
  });

  it("is imported with all that it is", async () => {
    const imported = await refreshed("life", { inputs: {}, outputs: {} });
    expect(differing(imported, known.inputs)).toEqual([]);
    expect(imported?.inputs).toMatchObject({
      namespace: "default",
      scheduleId: "life",
      spec: { cronExpressions: more.spec.cronExpressions, except: ["* * 25 DEC *"] },
      action: { input: more.action.input, searchAttributes: { CustomKeywordField: "berlin" } },
      memo: more.memo,
    });
  });

  it("is updated in place, and stays paused when its inputs say nothing of that", async () => {
    await handleOf("life").pause("for the audit");
    const inputs = await checked("life", {
      ...more,
      spec: { cronExpressions: ["0 7 * * *"] },
      action: { ...action, taskQueue: "others" },
    });
    expect(differing(known, inputs)).toContain("spec.cronExpressions[0]");
    const outputs = (await type.update?.(known.outputs, inputs, callOf())) ?? {};
    known = { inputs, outputs };
    const described = await handleOf("life").describe();
    expect(described).toMatchObject({
      spec: { intervals: [], calendars: [{ hour: [{ start: 7 }] }], timezone: "" },
      action: { taskQueue: "others" },
      state: { paused: true, note: "for the audit" },
    });
    expect(described.action.args ?? []).toEqual([]);
    expect(await refreshed("life", known)).toEqual({ id: "default/life", ...known });
  });

  it("is paused and resumed when its inputs say so", async () => {
    const paused = { ...known.inputs, paused: true, note: "by the program" };
    await type.update?.(known.outputs, paused, callOf());
    expect((await handleOf("life").describe()).state).toMatchObject({
      paused: true,
      note: "by the program",
    });
    await type.update?.(known.outputs, { ...known.inputs, paused: false }, callOf());
    expect((await handleOf("life").describe()).state).toMatchObject({
      paused: false,
      note: "by the program",
    });
  });
});

describe("what somebody else changed", () => {
  it("in times and workflow shows in the refreshed inputs, and the next update repairs it", async () => {
    const known = await made("drift");
    await temporal(
      server.address,
      ...["schedule", "update", "--schedule-id", "drift", "--cron", "0 9 * * *"],
      ...["--type", "other", "--task-queue", "reports", "--workflow-id", "drift-workflow"],
    );
    const after = await refreshed("drift", known);
    expect(after?.inputs).toEqual({
      ...known.inputs,
      spec: { cronExpressions: ["0 9 * * *"] },
      action: { ...action, workflowType: "other", workflowId: "drift-workflow" },
    });
    expect(differing(after, known.inputs)).toContain("spec.cronExpressions[0]");

    const outputs = await type.update?.(after?.outputs ?? {}, known.inputs, callOf());
    expect(outputs).toEqual(known.outputs);
    expect(await refreshed("drift", known)).toEqual({ id: "default/drift", ...known });
  });

  it("in what inputs cannot say shows as well, and is taken back", async () => {
    const known = await made("more");
    await handleOf("more").update(({ spec, policies, state }) => ({
      ...{ spec, policies, state },
      action: {
        ...{ type: "startWorkflow", workflowType: "report", taskQueue: "reports" },
        retry: { maximumAttempts: 3 },
      },
    }));
    const after = await refreshed("more", known);
    expect(after?.inputs["action"]).toMatchObject({
      other: { retryPolicy: { maximumAttempts: 3 } },
    });
    expect(differing(after, known.inputs)).toContain("action.other");
    await type.update?.(after?.outputs ?? {}, known.inputs, callOf());
    expect((await handleOf("more").describe()).action.retry).toBeUndefined();
  });

  it("in its pause is nobody's business, unless the inputs name it", async () => {
    const [free, bound] = [await made("free"), await made("bound", { paused: false })];
    await handleOf("free").pause("for the audit");
    await handleOf("bound").pause("for the audit");
    expect(await refreshed("free", free)).toEqual({ id: "default/free", ...free });
    const after = await refreshed("bound", bound);
    expect(differing(after, bound.inputs)).toEqual(["paused"]);
    await type.update?.(after?.outputs ?? {}, bound.inputs, callOf());
    expect((await handleOf("bound").describe()).state.paused).toBe(false);
  });

  it("in arguments is seen, and read, when a team encrypts them", async () => {
    const payloadCodecs = [
      {
        encode: <T extends object>(payloads: readonly T[]) =>
          Promise.resolve(
            payloads.map((one) => ({
              ...one,
              metadata: { encoding: Buffer.from("binary/encrypted") },
            })),
          ),
        decode: () => Promise.reject(new Error("no key")),
      },
    ];
    const secret = new Client({ connection, dataConverter: { payloadCodecs } });
    const encrypted = { type: "startWorkflow", ...action, args: ["secret"] } as const;
    await secret.schedule.create({
      ...{ scheduleId: "encrypted", spec: {}, action: { ...encrypted, workflowId: "e" } },
      memo: { why: "secret" },
    });
    const imported = await refreshed("encrypted", { inputs: {}, outputs: {} });
    const more = imported?.inputs ?? {};
    // As a program would say it.
    const inputs = await checked("encrypted", { ...more, spec: {} });
    expect(differing(imported, inputs)).toEqual([]);
    const { outputs } = await type.create(inputs, callOf());
    expect(outputs).toEqual(imported?.outputs);
    const next = await checked("encrypted", { ...more, spec: daily });
    await type.update?.(outputs, next, callOf());
    const again = await refreshed("encrypted", { inputs: {}, outputs: {} });
    expect(again?.inputs["action"]).toEqual(imported?.inputs["action"]);
  });

  it("by deleting it is told as such, and the next update makes it again", async () => {
    const known = await made("deleted");
    await handleOf("deleted").delete();
    expect(await refreshed("deleted", known)).toBeUndefined();
    await type.update?.(known.outputs, known.inputs, callOf());
    expect(await refreshed("deleted", known)).toEqual({ id: "default/deleted", ...known });
  });
});

describe("a schedule that exists already", () => {
  const preview = callOf({ preview: true });
  const refusal =
    "schedule theirs of namespace default exists already, and differs in spec, action: set `existing: adopt`";

  beforeAll(async () => {
    await client.schedule.create({
      scheduleId: "theirs",
      spec: { cronExpressions: ["@hourly"] },
      action: { type: "startWorkflow", ...action, args: [1] },
      memo: { owner: "them" },
      state: { remainingActions: 7 },
    });
  });

  it("is refused when it differs, at the preview already", async () => {
    await expect(type.create(await checked("theirs"), preview)).rejects.toThrow(refusal);
    await expect(type.create(await checked("theirs"), callOf())).rejects.toThrow(refusal);
  });

  it("is refused with another memo, whatever the inputs say", async () => {
    const inputs = await checked("theirs", { existing: "adopt", memo: { owner: "us" } });
    await expect(type.create(inputs, preview)).rejects.toThrow(
      "schedule theirs of namespace default exists already, with another memo: Temporal never changes",
    );
  });

  it("is taken over and changed when the inputs say so", async () => {
    const inputs = await checked("theirs", { existing: "adopt", memo: { owner: "them" } });
    await type.create(inputs, preview);
    expect((await handleOf("theirs").describe()).action.args).toEqual([1]);
    await type.create(inputs, callOf());
    const described = await handleOf("theirs").describe();
    expect(described.action.args ?? []).toEqual([]);
    // Nobody else's business.
    expect(described.state.remainingActions).toBe(7);
  });

  it("whose days are 1-7 has no Sunday for the server, and therefore inputs may not say so", async () => {
    await client.schedule.create({
      scheduleId: "all-days",
      spec: { cronExpressions: ["0 0 * * 1-7"] },
      action: { type: "startWorkflow", ...action },
    });
    const imported = await refreshed("all-days", { inputs: {}, outputs: {} });
    expect(imported?.inputs["spec"]).toEqual({ cronExpressions: ["0 0 * * MON-SAT"] });
  });
});

describe("a schedule that the program no longer names", () => {
  it("stays in Temporal by default", async () => {
    const { outputs } = await made("kept");
    await type.delete?.("default/kept", outputs, callOf());
    await expect(handleOf("kept").describe()).resolves.toMatchObject({ scheduleId: "kept" });
  });

  it("is deleted when its inputs say so, once or more often", async () => {
    const { outputs } = await made("gone", { onRemove: "delete" });
    await type.delete?.("default/gone", outputs, callOf());
    await expect(handleOf("gone").describe()).rejects.toThrow("not found");
    await type.delete?.("default/gone", outputs, callOf());
  });
});

describe("what the server refuses", () => {
  it("is told in its words, in one line, with the schedule", async () => {
    const inputs = await checked("unknown-attribute", {
      action: { ...action, searchAttributes: { Nobody: "x" } },
    });
    await expect(type.create(inputs, callOf())).rejects.toThrow(
      /^schedule default\/unknown-attribute: [^\n]*Nobody[^\n]*$/,
    );
    const elsewhere = await checked("lost", { namespace: "nowhere" });
    await expect(type.create(elsewhere, callOf())).rejects.toThrow(
      /^schedule nowhere\/lost: [^\n]*nowhere[^\n]*$/,
    );
  });
});

describe("a namespace that was just made", () => {
  it("takes a schedule as soon as the frontend knows it", async () => {
    const namespace = "fresh";
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 } as object,
    });
    const inputs = await checked("first", { namespace });
    await expect
      .poll(() => type.create(inputs, callOf()).catch((error: unknown) => error), {
        timeout: 30_000,
      })
      .toMatchObject({ id: "fresh/first", outputs: { observed: {} } });
  });
});

describe("many schedules", () => {
  /** In which the server's reading of them is tested, too: what it reads otherwise would be a difference. */
  const expressions = [
    ...["0 6 * * MON-FRI", "*/5 * * * *", "5/20 * * * *", "0 0 * * 7", "0 0 * * 0-7"],
    ...["0 0 * * 3-7", "0 0 * * 1-7/2", "0 0 * * 3-7/3", "0 0 * * */7", "0 0 1,15 jan-Mar *"],
    ...["0 0 1-20/3,25 * * 2030", "30 0 6 * * * *", "*/10 0 6 * * su 2030-2040/5", "@yearly # x"],
    ...["@annually", "@weekly", "@midnight", "@every 1h30m/5m", "@every 1.5h"],
    ...["CRON_TZ=Europe/Berlin 0 6 * * tuesday", "0 0 * * SUN,SUN-SAT/7"],
  ];

  it("are made at once, and are what their inputs say", async () => {
    const all = await Promise.all(
      expressions.map((text, index) =>
        made(`many-${index}`, { spec: { cronExpressions: [text] } }),
      ),
    );
    const again = await Promise.all(
      expressions.map((text, index) =>
        made(`many-${index}`, { spec: { cronExpressions: [text] } }),
      ),
    );
    expect(again).toEqual(all);
    const imported = await Promise.all(
      all.map((_, index) => refreshed(`many-${index}`, { inputs: {}, outputs: {} })),
    );
    expect(imported.map((one, index) => differing(one, all[index]?.inputs ?? {})).flat()).toEqual(
      [],
    );
    await Promise.all(
      all.map(async ({ outputs }, index) => {
        await type.delete?.(`default/many-${index}`, { ...outputs, onRemove: "delete" }, callOf());
      }),
    );
    const left = await Promise.all(all.map((known, index) => refreshed(`many-${index}`, known)));
    expect(left).toEqual(all.map(() => undefined));
  });
});
