import { describe, expect, it } from "vitest";
import { complaints, dialectOf } from "../../lint/shell-scripts.ts";

describe("a shell script", () => {
  it.each([
    ["cli/run.sh", "#!/bin/sh", "its own"],
    [".ci/run", "#!/usr/bin/env bash", "its own"],
    ["platform/scripts/version-guard.sh", "found=1", "sh"],
    ["activate", "# For a POSIX shell", "sh"],
  ])("is %s, which begins with %j", (path, line, dialect) => {
    expect(dialectOf(path, line)).toBe(dialect);
  });

  it.each([
    ["offline/images/main.ts", "/**"],
    ["tool", "#!/usr/bin/env node"],
    ["tool", "#!/usr/bin/fish"],
  ])("is not %s, which begins with %j", (path, line) => {
    expect(dialectOf(path, line)).toBeUndefined();
  });
});

describe("lint complains", () => {
  const found = { file: "a.sh", line: 3, column: 5, code: 2086, message: "Double quote it." };
  const exception = { file: "a.sh", code: 2086, why: "several words" };

  it("of what is found, and where", () => {
    expect(complaints([found], [])).toEqual(["a.sh:3:5: Double quote it. [SC2086]"]);
  });

  it("of nothing that is excepted in the file", () => {
    expect(complaints([found, { ...found, line: 9 }], [exception])).toEqual([]);
  });

  it("of the same in another file, and of other rules", () => {
    const others = [
      { ...found, file: "b.sh" },
      { ...found, code: 2010 },
    ];
    expect(complaints([found, ...others], [exception])).toHaveLength(2);
  });

  it("of an exception that nothing needs any more", () => {
    expect(complaints([], [exception])).toEqual([
      "a.sh: SC2086 finds nothing there; remove the exception",
    ]);
  });
});
