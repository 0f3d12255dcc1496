import { describe, expect, expectTypeOf, it } from "vitest";
import { defined } from "../../platform/defined.ts";

const absent: string | undefined = undefined;

describe("an object of what is defined", () => {
  it("lacks the keys that are undefined, and keeps those that are otherwise empty", () => {
    expect(Object.keys(defined({ a: absent, b: null, c: "", d: 0, e: false }))).toEqual([
      ...["b", "c", "d", "e"],
    ]);
  });

  it("has optional keys that are never undefined", () => {
    const given: { a: string | undefined; b: number } = { a: "x", b: 1 };
    expectTypeOf(defined(given)).toExtend<{ readonly a?: string; readonly b: number }>();
    expect(defined(given)).toEqual(given);
  });
});
