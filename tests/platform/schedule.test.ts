import { describe, expect, it } from "vitest";
import { cronFields, cronOf, cronRule } from "../../platform/schedule/cron.ts";
import { specFaults, specOf } from "../../platform/schedule/spec.ts";

/** An expression as it is written after it was read. */
function rewritten(expression: string): string {
  const { rule } = cronRule(expression);
  return "second" in rule ? cronOf(rule) : JSON.stringify(rule);
}

describe("a cron expression", () => {
  it.each([
    ["0 6 * * MON-FRI", "0 6 * * MON-FRI"],
    ["0  6 *\t* mon-friday", "0 6 * * MON-FRI"],
    ["*/5 0-6,8 1 jan * 2030", "*/5 0-6,8 1 JAN * 2030"],
    ["5/20 * * * *", "5-59/20 * * * *"],
    ["30 0 6 * * * *", "30 0 6 * * * *"],
    ["0 0 6 * * * 2030-2032/2", "0 6 * * * 2030-2032/2"],
    ["@daily", "0 0 * * *"],
    ["@yearly # once", "0 0 1 JAN * # once"],
    ["@every 1h30m/5m", '{"everySeconds":5400,"offsetSeconds":300}'],
    ["@every 2d", '{"everySeconds":172800,"offsetSeconds":0}'],
    ["CRON_TZ=Europe/Berlin 0 6 * * *", "0 6 * * *"],
    // Sunday is 0 and 7.
    ["0 0 * * 0-7", "0 0 * * *"],
    ["0 0 * * */7", "0 0 * * SUN,SUN-SAT/7"],
    ["0 0 * * SUN,SUN-SAT/7", "0 0 * * SUN,SUN-SAT/7"],
    ["0 0 * * 7", "0 0 * * SUN"],
    ["0 0 * * 3-7", "0 0 * * SUN,WED-SAT"],
    ["0 0 * * 1-7/2", "0 0 * * SUN,MON-SAT/2"],
    ["0 0 * * 3-7/3", "0 0 * * WED-SAT/3"],
  ])("%s says the same as %s", (expression, same) => {
    expect(rewritten(expression)).toBe(same);
  });

  it.each([
    ["6 * *", "it does not have 5-7 fields"],
    ["99 99 * * *", "Minute is not in range [0-59], Hour is not in range [0-23]"],
    ["5-2 * * * *", "Minute End is before Start or not in range [0-59]"],
    ["61-62 * * * *", "Minute Start is not in range [0-59]"],
    ["1/2/3 * * * *", "Minute has too many slashes"],
    ["1/ * * * *", "Minute missing step value"],
    ["1/0 * * * *", "Minute has invalid Step"],
    ["1-2-3 * * * *", "Minute has too many dashes"],
    ["0 0 * * 1-7", "DayOfWeek 1-7 is without Sunday to the server: write * for all days, or 1-6"],
    ["* * * ja *", "Month is not in range [1-12]"],
    ["* * * * * 1999", "Year is not in range [2000-2100]"],
    ["@every 500ms", "interval is too small"],
    ["@every 1h/2h", "phase cannot be greater than Interval"],
    ["@every now", '"now" is not a time such as 30m'],
    [`@daily # ${"x".repeat(201)}`, "comment is too long"],
  ])("%s is refused", (expression, reason) => {
    expect(() => cronRule(expression)).toThrow(reason);
  });

  it("is told by its fields", () => {
    expect(cronFields("0 6 * * MON # early")).toEqual({
      ...{ second: "0", minute: "0", hour: "6", dayOfMonth: "*", month: "*", dayOfWeek: "MON" },
      ...{ year: "*", comment: "early" },
    });
  });
});

describe("a spec", () => {
  it("is the same however it is spelled", () => {
    const one = specOf({
      cronExpressions: ["TZ=Europe/Berlin 0 0 * * 1-5", "@every 30m"],
      startAt: "2026-01-01T01:00:00+01:00",
    });
    const other = specOf({
      cronExpressions: ["0 0 * * MON-FRI"],
      intervals: [{ everySeconds: 1800, offsetSeconds: 0 }],
      timezone: "Europe/Berlin",
      startAt: "2026-01-01T00:00:00Z",
      jitterSeconds: 0,
    });
    expect(one).toEqual(other);
    expect(specOf({ timezone: "UTC" })).toEqual(specOf({}));
  });

  it.each([
    [{ cronExpressions: ["@daily"], timezone: "Europe/Berlin" }, []],
    [{ cronExpressions: ["TZ=Europe/Berlin @daily"], timezone: "Europe/Berlin" }, []],
    [
      { cronExpressions: ["TZ=Europe/Berlin @daily"], timezone: "UTC" },
      ["timezone: all cron expressions must be in one time zone, this one"],
    ],
    [
      { cronExpressions: ["TZ=Europe/Berlin @daily", "@hourly"] },
      ["timezone: all cron expressions must be in one time zone, this one"],
    ],
    [
      { cronExpressions: ["TZ=Nowhere @daily"] },
      ["cronExpressions.0: Nowhere must be an IANA time zone such as Europe/Berlin"],
    ],
    [
      { cronExpressions: ["@daily", "6 * *"] },
      [
        "cronExpressions.1: must be a cron expression such as 0 6 * * MON-FRI, @daily or @every 30m: it does not have 5-7 fields",
      ],
    ],
    [
      { except: ["@every 1h"] },
      ["except.0: must be a cron expression of calendar times, and no @every"],
    ],
    [
      { except: ["TZ=Europe/Berlin @daily"] },
      ["except.0: must not name a time zone: it has the schedule's"],
    ],
    [
      { intervals: [{ everySeconds: 60, offsetSeconds: 60 }] },
      ["intervals.0: the offset must be less than the interval"],
    ],
    [
      { startAt: "2026-01-02T00:00:00Z", endAt: "2026-01-01T00:00:00Z" },
      ["endAt: must be after startAt"],
    ],
  ])("%j has these faults", (settings, faults) => {
    expect(
      specFaults(settings).map(({ path, message }) => `${path.join(".")}: ${message}`),
    ).toEqual(faults);
  });
});
