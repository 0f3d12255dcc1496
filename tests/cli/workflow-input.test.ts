import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  argumentInFile,
  argumentOf,
  eventIdOf,
  memoOf,
  runIdOf,
  searchAttributeOf,
  timeoutOf,
  withArgument,
} from "../../cli/commands/workflow/input.ts";
import { jsonOf, maxPayloadBytes } from "../../cli/input.ts";

describe("a text that is no JSON", () => {
  it.each([
    ["", "unexpected end at line 1, column 1"],
    ["abc", 'unexpected "a" at line 1, column 1'],
    ["undefined", 'unexpected "u" at line 1, column 1'],
    ["tru", "unexpected end at line 1, column 4"],
    ["[1,]", 'unexpected "]" at line 1, column 4'],
    ["{a: 1}", "expected property name or '}' at line 1, column 2"],
    ['{"a" 1}', "expected ':' after property name at line 1, column 6"],
    ['{"a": 1', "expected ',' or '}' after property value at line 1, column 8"],
    ['"x', "unterminated string at line 1, column 3"],
    ["[1] 2", "unexpected non-whitespace character after JSON at line 1, column 5"],
    ['{\n  "a": 1,\n  "b": Null\n}', 'unexpected "N" at line 3, column 8'],
    [`{"${"long ".repeat(20)}": tRue}`, 'unexpected "R" at line 1, column 107'],
    ["{'a': 1}", "expected property name or '}' at line 1, column 2"],
  ])("%j has a place where it is wrong", (text, fault) => {
    expect(() => jsonOf(text)).toThrow(new Error(`It is not JSON: ${fault}.`));
  });
});

describe("an argument", () => {
  it.each(["12345678901234567890", "1.0", '{"b": 1, "a": [null, "é"]}'])(
    "%s is sent as it stands",
    (text) => {
      expect(argumentOf(` ${text}\n`)).toBe(text);
    },
  );

  it("is as large as the server takes, and no larger", () => {
    expect(argumentOf("1".padStart(maxPayloadBytes))).toBe("1");
    expect(() => argumentOf("1".padStart(maxPayloadBytes + 1))).toThrow(
      "It has 2097153 bytes, and Temporal takes 2097152 (limit.blobSize.error).",
    );
  });

  it("counts with all others", () => {
    const half = "1".repeat(maxPayloadBytes / 2);
    expect(withArgument([half], half)).toEqual([half, half]);
    expect(() => withArgument([half, "1"], half)).toThrow(
      "All arguments have 2097153 bytes, and Temporal takes 2097152 (limit.blobSize.error).",
    );
  });

  const directory = mkdtempSync(join(tmpdir(), "workflow-input-"));
  const file = (content: string): string => {
    const path = join(directory, "input.json");
    writeFileSync(path, content);
    return path;
  };

  it("may be in a file", () => {
    expect(argumentInFile(file('{"items": 3}\n'))).toBe('{"items": 3}');
  });

  it("is not in a file that is not there, not JSON, or none", () => {
    expect(() => argumentInFile(join(directory, "nowhere"))).toThrow("There is no such file.");
    expect(() => argumentInFile(directory)).toThrow("It is a directory.");
    expect(() => argumentInFile(file("items: 3"))).toThrow(
      'It is not JSON: unexpected "i" at line 1, column 1.',
    );
  });
});

describe("the id of a run", () => {
  it("is a UUID", () => {
    const id = "01a219a6-96df-7c4b-a309-c1b744c0f2ad";
    expect(runIdOf(id)).toBe(id);
    for (const text of ["", "latest", `${id}0`, ` ${id}`]) {
      expect(() => runIdOf(text)).toThrow("It must be a UUID");
    }
  });
});

describe("the id of an event", () => {
  it("is a number from 1", () => {
    expect(eventIdOf("14")).toBe(14);
    for (const text of ["0", "-1", "99999999999999999999"]) {
      expect(() => eventIdOf(text)).toThrow(/^It must be /);
    }
  });
});

describe("a timeout", () => {
  it("is from a second to what the server takes", () => {
    expect([timeoutOf("1s"), timeoutOf("36500d")]).toEqual([1, 3_153_600_000]);
    for (const text of ["0s", "36501d"]) {
      expect(() => timeoutOf(text)).toThrow("It must be from 1s to 36500d.");
    }
  });
});

describe("an entry of a memo", () => {
  it.each([
    ['team="a=b"', { team: '"a=b"' }],
    ["id=12345678901234567890", { id: "12345678901234567890" }],
  ])("may be %s", (text, entry) => {
    expect(memoOf(text)).toEqual(entry);
  });

  it.each([
    ["team", `It must be key=JSON, such as team='"billing"'.`],
    ["=1", "It must be key=JSON"],
    ["team=billing", 'Its value is not JSON: unexpected "b" at line 1, column 1.'],
    [`a="${"x".repeat(maxPayloadBytes)}"`, "Its value has 2097154 bytes"],
  ])("is not %.20s", (text, why) => {
    expect(() => memoOf(text)).toThrow(why);
  });
});

describe("a search attribute", () => {
  it.each([
    ['Customer="c-1"', { Customer: "c-1" }],
    ["Amount=2.5", { Amount: 2.5 }],
    ["Paid=false", { Paid: false }],
    ['Tags=["a", "b"]', { Tags: ["a", "b"] }],
  ])("may be %s", (text, attribute) => {
    expect(searchAttributeOf(text)).toEqual(attribute);
  });

  it.each(["Customer=null", "Customer={}", "Customer=[1]"])("is not %s", (text) => {
    expect(() => searchAttributeOf(text)).toThrow(
      "Its value must be a text, a number, true, false or a list of texts.",
    );
  });
});
