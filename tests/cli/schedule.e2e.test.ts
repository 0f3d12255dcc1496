import { Client, type Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../clients/temporal.ts";
import {
  closedAddress,
  commandAt,
  type DevServer,
  startDevServer,
} from "../../testkit/dev-server.ts";

let server: DevServer;
let connection: Connection;

const action = { type: "startWorkflow", workflowType: "Report", taskQueue: "reports" } as const;

/** Payloads that nobody without the key can read. */
const encrypting = {
  encode: <T extends object>(payloads: readonly T[]) =>
    Promise.resolve(
      payloads.map((one) => ({ ...one, metadata: { encoding: Buffer.from("binary/encrypted") } })),
    ),
  decode: () => Promise.reject(new Error("no key")),
};

beforeAll(async () => {
  server = await startDevServer();
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
  const dataConverter = { payloadCodecs: [encrypting] };
  const { schedule: schedules } = new Client({ connection, dataConverter });
  await schedules.create({
    scheduleId: "nightly",
    spec: { cronExpressions: ["30 2 * * MON-FRI"], timezone: "Europe/Berlin" },
    action: { ...action, args: ["secret"], memo: { why: "secret" }, workflowId: "report" },
    policies: { overlap: "SKIP", catchupWindow: "10m" },
    memo: { why: "secret" },
    state: { note: "for the auditors" },
  });
  await schedules.create({
    scheduleId: "hourly",
    spec: { intervals: [{ every: "1h", offset: "5m" }] },
    action,
    state: { paused: true, note: "moved" },
  });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const schedule = (...args: readonly string[]) => server.command("schedule", ...args);
/** What the server says, whose payloads nobody here can read. */
const described = (scheduleId: string) =>
  connection.workflowService.describeSchedule({ namespace: "default", scheduleId });
const state = async (id: string) => (await described(id)).schedule?.state;

const unknown =
  "error: namespace default has no schedule nowhere: `resource-temporal schedule list` names those that there are";

describe("resource-temporal schedule", () => {
  it("lists schedules, in a table", async () => {
    await expect
      .poll(async () => (await schedule("list")).stdout.split("\n").length, { timeout: 60_000 })
      .toBe(3);
    const { exitCode, stdout, stderr } = await schedule("list");
    const [header, ...rows] = stdout
      .replace(/\d{4}-\d\d-\d\dT0[01]:30:00.000Z/, "<in the night>          ")
      .split("\n");
    expect([exitCode, stderr, header]).toEqual([
      0,
      "",
      "schedule  spec                                   next run                  paused  note",
    ]);
    expect(rows.sort()).toEqual([
      "hourly    every 1h offset 5m                     -                         yes     moved",
      "nightly   cron 30 2 * * MON-FRI (Europe/Berlin)  <in the night>            no      for the auditors",
    ]);
  });

  it("lists schedules for programs, and says that a list goes on", async () => {
    const { stdout, stderr } = await schedule("list", "--limit", "1", "--format", "json");
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr).toBe("there are more than these 1: --limit shows more");
  });

  // Each row builds on those before it.
  it.each<[string, readonly string[], number, string]>([
    ["pauses one", ["pause", "-i", "nightly"], 0, "schedule nightly is paused"],
    [
      "says why one is paused",
      ["pause", "--schedule-id", "hourly", "--reason", "the audit"],
      0,
      "schedule hourly is paused",
    ],
    [
      "lets a paused one go on",
      ["unpause", "-i", "nightly", "--reason", "all is well"],
      0,
      "schedule nightly is unpaused",
    ],
    ["starts its workflow now", ["trigger", "-i", "nightly"], 0, "schedule nightly is triggered"],
    [
      "starts none while one runs, by the schedule's own policy",
      ["trigger", "-i", "nightly"],
      0,
      "schedule nightly is triggered",
    ],
    [
      "starts another one, by the policy that it is given",
      ["trigger", "-i", "nightly", "--overlap-policy", "AllowAll"],
      0,
      "schedule nightly is triggered",
    ],
    ["shows none that is not there", ["describe", "-i", "nowhere"], 1, unknown],
    ["pauses none that is not there", ["pause", "-i", "nowhere"], 1, unknown],
    ["unpauses none that is not there", ["unpause", "-i", "nowhere"], 1, unknown],
    ["triggers none that is not there", ["trigger", "-i", "nowhere"], 1, unknown],
    ["deletes none that is not there", ["delete", "-i", "nowhere", "--yes"], 1, unknown],
    [
      "lists none of a namespace that is not there",
      ["list", "--namespace", "nowhere"],
      1,
      "error: there is no namespace nowhere: `resource-temporal namespace list` names those that there are",
    ],
  ])("%s", async (_, args, exitCode, output) => {
    const answer = await schedule(...args);
    expect([answer.exitCode, answer.stdout, answer.stderr]).toEqual(
      exitCode === 0 ? [0, output, ""] : [1, "", output],
    );
  });

  it("has done what it said", async () => {
    await expect
      .poll(async () => Number((await described("nightly")).info?.actionCount), { timeout: 60_000 })
      .toBe(2);
    expect(Number((await described("nightly")).info?.overlapSkipped)).toBe(1);
    expect(await state("hourly")).toMatchObject({ paused: true, notes: "the audit" });
    expect(await state("nightly")).toMatchObject({ paused: false, notes: "all is well" });
  });

  it("shows everything about one, whatever its payloads are", async () => {
    const { exitCode, stdout, stderr } = await schedule("describe", "-i", "nightly");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")).toMatch(
      new RegExp(
        [
          "Schedule nightly",
          "  workflow type     Report",
          "  workflow id       report",
          "  task queue        reports",
          String.raw`  starts            cron 30 2 \* \* MON-FRI`,
          "  time zone         Europe/Berlin",
          "  jitter            none",
          "  overlap policy    Skip",
          "  catchup window    10m",
          "  pause on failure  no",
          "  paused            no",
          "  note              all is well",
          "  actions           2 taken, 1 skipped by overlap, 0 missed",
          "  created           <time>",
          "  updated           (-|<time>)",
          "  running           report-<time> [0-9a-f-]{36}",
          "  next              <time>",
          "                    <time>",
        ].join("\n"),
      ),
    );
    expect(stdout).toMatch(/^ {2}recent run .*\n(?: {2}\S+Z {2}\S+Z {2}report-\S+ {2}\S+\n?){2}$/m);
    expect(stdout).not.toContain("secret");
  });

  it("shows one for programs", async () => {
    const { stdout } = await schedule("describe", "-i", "hourly", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      scheduleId: "hourly",
      workflowType: "Report",
      spec: { cron: [], intervals: [{ everySeconds: 3600, offsetSeconds: 300 }], timeZone: "UTC" },
      paused: true,
      note: "the audit",
      policies: { overlapPolicy: "Skip", pauseOnFailure: false },
      actionCount: 0,
      recentActions: [],
    });
  });

  it("deletes nothing where it cannot ask, and deletes when it is told to", async () => {
    const refused = await schedule("delete", "-i", "hourly");
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      "error: nothing was done, because there is no terminal to confirm it on: add --yes. This deletes schedule hourly for good; workflows that it started go on.",
    ]);
    expect(await state("hourly")).toMatchObject({ paused: true });
    const { exitCode, stdout } = await schedule("delete", "-i", "hourly", "--yes");
    expect([exitCode, stdout]).toEqual([0, "schedule hourly is deleted"]);
    await expect(state("hourly")).rejects.toThrow();
  });
});

describe("resource-temporal schedule, of wrong input and before anything is sent,", () => {
  it.each<[readonly string[], string]>([
    ...["describe", "pause", "unpause", "trigger", "delete"].flatMap(
      (name): [readonly string[], string][] => [
        [[name], "required option '-i, --schedule-id <id>' not specified"],
        [[name, "-i", " "], "It must not be empty."],
        [[name, "-i", "x".repeat(256)], "It has 256 bytes, and Temporal takes 255."],
      ],
    ),
    [["list", "--limit", "few"], "It must be a whole number"],
    [["list", "--namespace", ""], "It must not be empty."],
    [["list", "--format", "yaml"], "Allowed choices are text, json."],
    [["describe", "-i", "a", "--format", "yaml"], "Allowed choices are text, json."],
    [["pause", "-i", "a", "--reason", ""], "It must not be empty."],
    [["unpause", "-i", "a", "--reason", "x".repeat(1001)], "It has 1001 bytes"],
    [["trigger", "-i", "a", "--overlap-policy", "skip"], "Allowed choices are Skip, BufferOne"],
    [["delete", "-i", "a"], "there is no terminal to confirm it on: add --yes"],
  ])("tells about %j", async (args, message) => {
    const { exitCode, stdout, stderr } = await commandAt(closedAddress, "schedule", ...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toContain(message);
  });
});
