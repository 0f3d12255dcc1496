import { describe, expect, it } from "vitest";
import { z } from "zod";
import { schedules } from "../../config/schedules.ts";

const report = { workflowType: "report", taskQueue: "reports" };

/** The faults of one schedule, as `key: reason`. */
function faults(schedule: object, scheduleId = "nightly"): readonly string[] {
  const { error } = schedules.safeParse({ [scheduleId]: schedule });
  return (error?.issues ?? []).map(({ path, message }) => `${path.slice(1).join(".")}: ${message}`);
}

describe("the schedules of a namespace", () => {
  it("are none when nothing is said", () => {
    expect(schedules.parse(undefined)).toEqual({});
  });

  it("need times and a workflow, and have defaults for the rest", () => {
    const spec = { cronExpressions: ["0 6 * * MON-FRI"] };
    expect(schedules.parse({ nightly: { spec, action: report } })).toEqual({
      nightly: {
        spec,
        action: report,
        overlapPolicy: "Skip",
        catchupWindowSeconds: 365 * 86_400,
        pauseOnFailure: false,
        existing: "refuse",
        onRemove: "keep",
      },
    });
  });

  it("have durations as people write them", () => {
    const parsed = schedules.parse({
      nightly: {
        spec: { intervals: [{ every: "2h", offset: "5m" }, { every: "1d" }], jitter: "30s" },
        action: { ...report, executionTimeout: "2h", runTimeout: "1h", taskTimeout: "15s" },
        catchupWindow: "10m",
      },
    });
    expect(parsed["nightly"]).toMatchObject({
      spec: {
        intervals: [{ everySeconds: 7200, offsetSeconds: 300 }, { everySeconds: 86_400 }],
        jitterSeconds: 30,
      },
      action: { executionTimeoutSeconds: 7200, runTimeoutSeconds: 3600, taskTimeoutSeconds: 15 },
      catchupWindowSeconds: 600,
    });
  });

  it("take values of any kind as arguments", () => {
    const action = {
      ...report,
      input: [{ orderId: 7, tags: [null, true] }, "text"],
      memo: { team: "shop" },
      searchAttributes: { Shop: "berlin", Tags: ["new", "large"], Size: 7, Urgent: true },
    };
    const parsed = schedules.parse({ nightly: { spec: { cronExpressions: ["@daily"] }, action } });
    expect(parsed["nightly"]?.action).toEqual(action);
  });
});

describe("a schedule is refused that", () => {
  const daily = { cronExpressions: ["@daily"] };
  it.each([
    ["never starts", { spec: {}, action: report }, "spec: must have cronExpressions or intervals"],
    [
      "has an unknown key",
      { spec: { ...daily, cron: "x" }, action: report },
      'spec: Unrecognized key: "cron"',
    ],
    [
      "has a cron expression that is none",
      { spec: { cronExpressions: ["99 * * * *"] }, action: report },
      "spec.cronExpressions.0: must be a cron expression such as 0 6 * * MON-FRI, @daily or @every 30m: Minute is not in range [0-59]",
    ],
    [
      "has an interval without a distance",
      { spec: { intervals: [{ every: "0s" }] }, action: report },
      "spec.intervals.0.every: must be longer than 0s",
    ],
    [
      "has a time zone that is none",
      { spec: { ...daily, timezone: "+01:00" }, action: report },
      "spec.timezone: must be an IANA time zone such as Europe/Berlin",
    ],
    [
      "has a time that is none",
      { spec: { ...daily, startAt: "tomorrow" }, action: report },
      "spec.startAt: must be a time such as 2026-01-31T06:00:00Z, in quotes",
    ],
    [
      "gives the server less time than it takes",
      { spec: daily, action: report, catchupWindow: "5s" },
      "catchupWindow: must be at least 10s",
    ],
    [
      "names a task queue of the server's own",
      { spec: daily, action: { ...report, taskQueue: "/_sys/a/1" } },
      "action.taskQueue: must not begin with /_sys/",
    ],
    [
      "has a note that is too long",
      { spec: daily, action: report, note: "ü".repeat(501) },
      "note: must have at most 1000 bytes",
    ],
  ])("%s", (_what, schedule, expected) => {
    expect(faults(schedule)).toEqual([expected]);
  });

  it("has an id that leaves no room for the time of a start", () => {
    expect(faults({ spec: daily, action: report }, "x".repeat(226))).toEqual([
      "action.workflowId: must have at most 234 bytes and has 235: Temporal puts the time of the start behind it",
    ]);
    expect(faults({ spec: daily, action: report }, "x".repeat(225))).toEqual([]);
  });
});

it("every key says what it means", () => {
  const json = z.toJSONSchema(schedules, { io: "input", unrepresentable: "any" });
  const keys = JSON.stringify(json).match(
    /"(every|jitter|workflowType|catchupWindow|onRemove)":\{[^{}]*"description"/g,
  );
  expect(keys).toHaveLength(5);
});
