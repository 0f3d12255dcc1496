import { describe, expect, it } from "vitest";
import {
  scheduleDescription,
  schedulesText,
  scheduleSummary,
  scheduleText,
} from "../../cli/schedules/description.ts";
import { noteOf, overlapPolicies, overlapPolicyOf } from "../../cli/schedules/input.ts";

describe("the note of a schedule", () => {
  it("is a text of at most 1000 bytes", () => {
    expect(noteOf("stopped for the audit")).toBe("stopped for the audit");
    expect(noteOf("ü".repeat(500))).toHaveLength(500);
    expect(() => noteOf("ü".repeat(501))).toThrow("It has 1002 bytes, and Temporal takes 1000.");
    expect(() => noteOf(" ")).toThrow("It must not be empty.");
  });
});

describe("an overlap policy", () => {
  it("has the name that Temporal's CLI gives it", () => {
    expect(Object.keys(overlapPolicies)).toEqual([
      ...["Skip", "BufferOne", "BufferAll"],
      ...["CancelOther", "TerminateOther", "AllowAll"],
    ]);
    expect(overlapPolicyOf("BUFFER_ONE")).toBe("BufferOne");
    expect(overlapPolicyOf(undefined)).toBeUndefined();
  });
});

const started = (workflowId: string, firstExecutionRunId: string) => ({
  type: "startWorkflow" as const,
  workflow: { workflowId, firstExecutionRunId },
});

const nightly = {
  scheduleId: "nightly",
  action: {
    type: "startWorkflow",
    workflowType: "Report",
    workflowId: "report",
    taskQueue: "reports",
  },
  spec: { intervals: [{ every: 3_600_000, offset: 0 }] },
  policies: { overlap: "BUFFER_ONE", catchupWindow: 600_000, pauseOnFailure: true },
  state: { paused: false, note: "for the\nauditors", remainingActions: 7 },
  info: {
    recentActions: [
      {
        scheduledAt: new Date("2026-01-01T01:00:00Z"),
        takenAt: new Date("2026-01-01T01:00:01Z"),
        action: started("report-1", "run-1"),
      },
    ],
    nextActionTimes: [2, 3, 4, 5, 6, 7].map((hour) => new Date(`2026-01-01T0${hour}:00:00Z`)),
    numActionsTaken: 3,
    numActionsMissedCatchupWindow: 1,
    numActionsSkippedOverlap: 2,
    createdAt: new Date("2025-12-31T00:00:00Z"),
    lastUpdatedAt: undefined,
    runningActions: [started("report-1", "run-1")],
  },
} as object as Parameters<typeof scheduleDescription>[0];

describe("a schedule", () => {
  it("has one shape for programs", () => {
    const spec = {
      cron: [],
      intervals: [{ everySeconds: 3600, offsetSeconds: 0 }],
      except: [],
      jitterSeconds: 0,
      timeZone: "UTC",
    };
    expect(scheduleDescription(nightly)).toEqual({
      scheduleId: "nightly",
      workflowType: "Report",
      spec,
      paused: false,
      note: "for the\nauditors",
      nextActionTimes: [2, 3, 4, 5, 6, 7].map((hour) => `2026-01-01T0${hour}:00:00.000Z`),
      action: { workflowId: "report", taskQueue: "reports" },
      policies: { overlapPolicy: "BufferOne", catchupWindowSeconds: 600, pauseOnFailure: true },
      remainingActions: 7,
      createdAt: "2025-12-31T00:00:00.000Z",
      actionCount: 3,
      overlapSkipped: 2,
      missedCatchupWindow: 1,
      runningWorkflows: [{ workflowId: "report-1", runId: "run-1" }],
      recentActions: [
        {
          workflowId: "report-1",
          runId: "run-1",
          scheduledAt: "2026-01-01T01:00:00.000Z",
          startedAt: "2026-01-01T01:00:01.000Z",
        },
      ],
    });
  });

  it("is told in lines for people", () => {
    expect(scheduleText(scheduleDescription(nightly)).split("\n")).toEqual([
      "Schedule nightly",
      "  workflow type     Report",
      "  workflow id       report",
      "  task queue        reports",
      "  starts            every 1h",
      "  time zone         UTC",
      "  jitter            none",
      "  overlap policy    BufferOne",
      "  catchup window    10m",
      "  pause on failure  yes",
      "  paused            no",
      "  note              for the auditors",
      "  actions           3 taken, 2 skipped by overlap, 1 missed, 7 remain",
      "  created           2025-12-31T00:00:00.000Z",
      "  updated           -",
      "  running           report-1 run-1",
      "  next              2026-01-01T02:00:00.000Z",
      "                    2026-01-01T03:00:00.000Z",
      "                    2026-01-01T04:00:00.000Z",
      "                    2026-01-01T05:00:00.000Z",
      "                    2026-01-01T06:00:00.000Z",
      "",
      "  recent run                started                   workflow  run",
      "  2026-01-01T01:00:00.000Z  2026-01-01T01:00:01.000Z  report-1  run-1",
    ]);
  });

  it("is one line of a table, without a next run while it is paused", () => {
    const paused = { ...nightly, scheduleId: "weekly", state: { paused: true, note: "audit" } };
    expect(schedulesText([nightly, paused].map(scheduleSummary)).split("\n")).toEqual([
      "schedule  spec      next run                  paused  note",
      "nightly   every 1h  2026-01-01T02:00:00.000Z  no      for the auditors",
      "weekly    every 1h  -                         yes     audit",
    ]);
    expect(schedulesText([])).toBe("There is no schedule.");
  });

  it("that is paused says when it would start", () => {
    const paused = { ...nightly, state: { paused: true } };
    expect(scheduleText(scheduleDescription(paused))).toContain(
      "next, unpaused    2026-01-01T02:00:00.000Z",
    );
  });
});
