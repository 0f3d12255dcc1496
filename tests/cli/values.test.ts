import { afterEach, describe, expect, it, vi } from "vitest";
import { limitOf } from "../../cli/input.ts";
import { limited, warnOfMore } from "../../cli/limited.ts";
import { cell, durationText, facts } from "../../cli/output.ts";
import { isoTime, nameIn, numberIn, secondsOf } from "../../clients/wire.ts";

const long = (value: number) => ({ toNumber: () => value });

describe("values of Temporal's API", () => {
  it("are read where they are left out as well", () => {
    expect([numberIn(long(5)), numberIn(null), numberIn(undefined)]).toEqual([5, 0, 0]);
    expect([secondsOf({ seconds: long(2), nanos: 500_000_000 }), secondsOf(null)]).toEqual([
      2.5, 0,
    ]);
  });

  it("have no time where the server says the year 1", () => {
    expect(isoTime({ seconds: long(1_700_000_000), nanos: 999_999_999 })).toBe(
      "2023-11-14T22:13:20.999Z",
    );
    expect(isoTime({ seconds: long(-62_135_596_800) })).toBeUndefined();
    expect(isoTime(undefined)).toBeUndefined();
  });

  it("have names, but for those of newer servers", () => {
    const names = ["Registered", "Deprecated"];
    expect([1, 2, 3, 0, null].map((value) => nameIn(names, value))).toEqual([
      ...["Registered", "Deprecated"],
      ...["Unspecified", "Unspecified", "Unspecified"],
    ]);
  });
});

describe("a duration in words", () => {
  it.each([
    [0, "0s"],
    [59.6, "1m"],
    [5400, "1h30m"],
    [90_061, "1d1h1m1s"],
    [31_536_000, "365d"],
  ])("of %d s is %s later", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe("facts", () => {
  it("have their values below each other, and a dash where there is none", () => {
    expect(facts([["owner", ""], ["data"], ["cluster", "east", "west"]])).toEqual([
      "  owner    -",
      "  data     -",
      "  cluster  east",
      "           west",
    ]);
  });
});

describe("a text of people's in a table", () => {
  it("is in one line, without colours", () => {
    expect(cell("a\n\tb ")).toBe("a b");
    expect(cell("\u001b[31mred\u001b[0m")).toBe("red");
    expect(cell(" \n")).toBe("-");
  });
});

describe("the first of a list", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const asked: number[] = [];
  async function* numbers(count: number): AsyncGenerator<number> {
    for (let number = 1; number <= count; number++) {
      asked.push(number);
      yield await Promise.resolve(number);
    }
  }

  it("is all of it where it is short", async () => {
    expect(await limited(numbers(2), 2)).toEqual({ items: [1, 2], more: false });
  });

  it("asks for no more than it takes to know that there are more", async () => {
    asked.length = 0;
    expect(await limited(numbers(100), 2)).toEqual({ items: [1, 2], more: true });
    expect(asked).toEqual([1, 2, 3]);
  });

  it("is told to be the first only", () => {
    const warning = vi.spyOn(console, "error").mockReturnValue();
    warnOfMore({ items: [1], more: false });
    expect(warning).not.toHaveBeenCalled();
    warnOfMore({ items: [1, 2], more: true });
    expect(warning).toHaveBeenCalledWith("there are more than these 2: --limit shows more");
  });

  it("is one at least", () => {
    expect(limitOf("1")).toBe(1);
    for (const text of ["0", "-1", "1.5", "", "many", "99999999999999999999"]) {
      expect(() => limitOf(text)).toThrow(/It must be a whole number/);
    }
  });
});
