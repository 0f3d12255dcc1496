import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { template } from "../../platform/template.ts";

const platform = join(import.meta.dirname, "..", "..", "platform");
const lines = template("../tests/platform/lines.txt");
const memberships = template("sql/memberships.sql");

describe("a file of the platform", () => {
  it("is what it is, but for its placeholders", () => {
    const text = readFileSync(join(platform, "sql", "memberships.sql"), "utf8");
    expect(text.match(/@[A-Z_]+@/g)).toEqual(["@REMEMBERED_MINUTES@"]);
    expect(memberships({ REMEMBERED_MINUTES: 2 })).toBe(text.replace("@REMEMBERED_MINUTES@", "2"));
  });

  it("takes any number of lines for a placeholder that has a line for itself", () => {
    expect(lines({ LINES: "" })).toBe("first\n");
    expect(lines({ LINES: "one\ntwo\n" })).toBe("first\none\ntwo\n");
  });

  it("takes a value as it is, also one that looks like a placeholder", () => {
    const value = "$& $1 $$ @LINES@ @NAME@\n";
    expect(lines({ LINES: value })).toBe(`first\n${value}`);
  });

  it.each([
    ["a placeholder without a value", () => memberships(), /nothing is given for @REMEMBERED_/],
    [
      "a value without a placeholder",
      () => memberships({ REMEMBERED_MINUTES: 2, SHARDS: 4 }),
      /there is no @SHARDS@/,
    ],
    ["lines without an end", () => lines({ LINES: "one\ntwo" }), /the last has no end/],
    ["a path that leads nowhere", () => template("sql/none.sql"), /ENOENT/],
  ])("is an error with %s", (_what, make, error) => {
    expect(make).toThrow(error);
  });

  it("is read by a module, whichever it is", () => {
    const modules = readdirSync(platform, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(platform, name), "utf8"))
      .join("\n");
    const files = ["scripts", "sql", "gateway"].flatMap((folder) =>
      readdirSync(join(platform, folder)).map((name) => `${folder}/${name}`),
    );
    expect(files.filter((file) => !modules.includes(`template("${file}")`))).toEqual([]);
  });
});
