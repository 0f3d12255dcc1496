import type { CalendarSpecDescription } from "@temporalio/client";
import { describe, expect, it } from "vitest";
import { cronOf, ruleTexts, specOf, specText } from "../../cli/schedules/spec.ts";

const range = <T>(start: T, end = start, step = 1) => ({ start, end, step });

/** Every day at noon, as the SDK tells it. */
const noon: CalendarSpecDescription = {
  second: [range(0)],
  minute: [range(0)],
  hour: [range(12)],
  dayOfMonth: [range(1, 31)],
  month: [range("JANUARY", "DECEMBER")],
  year: [],
  dayOfWeek: [range("SUNDAY", "SATURDAY")],
  comment: "",
};

describe("a calendar as a cron expression", () => {
  it.each<[string, Partial<CalendarSpecDescription>]>([
    ["0 12 * * *", {}],
    ["0 12 * * MON-WED,FRI", { dayOfWeek: [range("MONDAY", "WEDNESDAY"), range("FRIDAY")] }],
    ["*/15 12 * * *", { minute: [range(0, 59, 15)] }],
    ["0 12 1-15/2 * *", { dayOfMonth: [range(1, 15, 2)] }],
    ["0 * * MAR,DEC *", { hour: [range(0, 23)], month: [range("MARCH"), range("DECEMBER")] }],
    ["0 12 * * * 2030-2032", { year: [range(2030, 2032)] }],
    ["30 0 12 * * * *", { second: [range(30)] }],
    ["* 0 12 * * * *", { second: [range(0, 59)] }],
    ["0 12 * * * # lunch", { comment: "lunch" }],
  ])("is %s", (expression, different) => {
    expect(cronOf({ ...noon, ...different })).toBe(expression);
  });
});

describe("when a schedule's workflows start", () => {
  const hour = 3_600_000;
  const spec = specOf({
    calendars: [noon],
    intervals: [
      { every: 1.5 * hour, offset: 300_000 },
      { every: 48 * hour, offset: 0 },
    ],
    skip: [{ ...noon, dayOfMonth: [range(25)], month: [range("DECEMBER")] }],
    startAt: new Date("2026-01-01T00:00:00Z"),
    jitter: 30_000,
    timezone: "Europe/Berlin",
  });

  it("has one shape for programs", () => {
    expect(spec).toEqual({
      cron: ["0 12 * * *"],
      intervals: [
        { everySeconds: 5400, offsetSeconds: 300 },
        { everySeconds: 172_800, offsetSeconds: 0 },
      ],
      except: ["0 12 25 DEC *"],
      startAt: "2026-01-01T00:00:00.000Z",
      jitterSeconds: 30,
      timeZone: "Europe/Berlin",
    });
  });

  it("is told in words for people, in a line with the time zone", () => {
    expect(ruleTexts(spec)).toEqual([
      "cron 0 12 * * *",
      "every 1h30m offset 5m",
      "every 2d",
      "not at 0 12 25 DEC *",
    ]);
    expect(specText(spec)).toBe(
      "cron 0 12 * * *; every 1h30m offset 5m; every 2d; not at 0 12 25 DEC * (Europe/Berlin)",
    );
  });

  it("is in UTC unless it says otherwise", () => {
    const plain = specOf({ calendars: [noon] });
    expect(plain.timeZone).toBe("UTC");
    expect(specText(plain)).toBe("cron 0 12 * * *");
  });

  it("may be never by itself", () => {
    expect(specText(specOf({}))).toBe("only when triggered");
  });

  it("bears what the SDK leaves out", () => {
    const interval = { every: hour } as { every: number; offset: number };
    expect(specOf({ intervals: [interval] }).intervals).toEqual([
      { everySeconds: 3600, offsetSeconds: 0 },
    ]);
  });
});
