import { describe, expect, it } from "vitest";
import { median, shown, summary } from "../../bench/statistics.ts";

describe("statistics", () => {
  it("takes the middle value, or the mean of the two in the middle", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it("says how far rounds lie apart, as a share of the median", () => {
    expect(summary([{ a: 8 }, { a: 10 }, { a: 11 }])).toEqual({ a: { median: 10, spread: 0.3 } });
  });

  it("shows three digits", () => {
    expect([1234.5, 12.345, 0.012_34, Number.NaN].map(shown)).toEqual([
      "1235",
      "12.3",
      "0.0123",
      "–",
    ]);
  });
});
