import { describe, expect, it } from "vitest";
import {
  index,
  type Kept,
  markdownTable,
  mergedRows,
  page,
  parseKept,
} from "../../bench/tables.ts";

const kept: Kept = {
  title: "What is fast",
  method: "Run twice.",
  machine: "1 processor",
  date: "2026-01-02",
  tables: { Speed: [{ way: "short", "km/h": 5 }] },
};

describe("rows of several runs", () => {
  const names = ["as it is", "smaller", "larger"];

  it("stand in the order of the names, those of this run in place of earlier ones", () => {
    const earlier = [
      { change: "larger", ratio: "1.1" },
      { change: "as it is", ratio: "1" },
    ];
    const measured = [
      { change: "smaller", ratio: "0.9" },
      { change: "larger", ratio: "1.2" },
    ];
    expect(mergedRows("change", names, earlier, measured)).toEqual([
      { change: "as it is", ratio: "1" },
      { change: "smaller", ratio: "0.9" },
      { change: "larger", ratio: "1.2" },
    ]);
  });

  it("leave out an earlier row whose name is no longer known", () => {
    const earlier = [{ change: "large", ratio: "1.1" }];
    expect(mergedRows("change", names, earlier, [])).toEqual([]);
  });

  it("keep a row of this run under a name that was given for it only", () => {
    const measured = [{ change: "registry/image:tag", ratio: "1" }];
    expect(mergedRows("change", names, [], measured)).toEqual(measured);
  });
});

describe("files of docs/benchmarks", () => {
  it("are read as they were written", () => {
    expect(parseKept("speed", JSON.stringify(kept))).toEqual(kept);
  });

  it.each([
    ["{", "docs/benchmarks/speed.json: SyntaxError"],
    [JSON.stringify({ ...kept, title: undefined }), "at title"],
    [JSON.stringify({ ...kept, date: "yesterday" }), "at date"],
  ])("are refused when they are something else: %s", (json, reason) => {
    expect(() => parseKept("speed", json)).toThrow(reason);
  });

  it("become a page", () => {
    expect(page("speed", kept)).toBe(`# What is fast

Run twice. Written by \`npm run bench -- speed\` on 2026-01-02, on 1 processor.

## Speed

| way | km/h |
| --- | --- |
| short | 5 |`);
  });

  it("become an index by their titles, in the order of their names", () => {
    const all = new Map([
      ["speed", kept],
      ["costs", { ...kept, title: "What is cheap" }],
    ]);
    expect(index(all).split("\n").slice(2)).toEqual([
      "| [What is cheap](costs.md) | `npm run bench -- costs` | 2026-01-02 | 1 processor |",
      "| [What is fast](speed.md) | `npm run bench -- speed` | 2026-01-02 | 1 processor |",
    ]);
  });
});

it("does not take a cell's bar for the end of the cell", () => {
  expect(markdownTable([{ command: "a | b" }])).toContain(String.raw`| a \| b |`);
});
