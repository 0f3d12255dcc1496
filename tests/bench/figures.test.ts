import { describe, expect, it } from "vitest";
import { refreshed } from "../../bench/figures.ts";
import type { Kept } from "../../bench/tables.ts";

const rows = [
  { shape: "one activity", subject: "platform", "workflows/s": "52.7", "p50/p99": "3 / 9" },
  { shape: "one activity", subject: "start-dev", "workflows/s": "77.6", "p50/p99": "2 / 8" },
  { shape: "three timers", subject: "platform", "workflows/s": "9.5", "p50/p99": "3 / 9" },
];
const compare: Kept = {
  title: "Side by side",
  method: "In turn.",
  machine: "2 processors",
  date: "2026-01-02",
  tables: {
    Speed: rows,
    "Lost, at home": [{ fault: "fire", lost: 0 }],
    "Lost, away": [{ fault: "flood", lost: 0 }],
  },
};
const results = new Map([["compare", compare]]);

const at = (address: string): string =>
  refreshed("a.md", `It is <!-- figure ${address} -->?<!-- /figure -->.`, results).replace(
    /.*-->(.*)<!--.*/,
    "$1",
  );

describe("a figure", () => {
  it.each([
    ["compare / Speed / one activity / platform / workflows/s", "52.7"],
    ["compare / Speed / three timers / p50/p99", "3 / 9"],
    ["compare / date", "2026-01-02"],
    ["compare / machine", "2 processors"],
  ])("at %s is %s", (address, value) => {
    expect(at(address)).toBe(value);
  });

  it.each([
    ["compare / Speed / * / platform / workflows/s", "9.5–52.7"],
    ["compare / Speed / one* / platform / workflows/s", "52.7"],
    ["compare / Lost* / * / lost", "0"],
  ])("with * at %s is the range %s", (address, value) => {
    expect(at(address)).toBe(value);
  });

  it.each([
    ["speed / Speed / x / y", "there is no docs/benchmarks/speed.json"],
    ["compare / Sped / x / y", 'there is no table "Sped"; there are "Speed"'],
    ["compare / Speed / two activities / workflows/s", 'there is no row "two activities"'],
    ["compare / Speed / three timers / ms", 'there is no column "ms"; there are "shape"'],
    ["compare / Speed / one activity / workflows/s", "2 rows have this name"],
    ["compare / Speed / * / p50/p99", "no range can be made"],
    ["compare / Speed / workflows/s", "an address is: file / table / row / column"],
    ["compare / day", 'a file has "title", "date", "machine"'],
  ])("at %s is refused: %s", (address, reason) => {
    expect(() => at(address)).toThrow(`a.md: figure ${address}: `);
    expect(() => at(address)).toThrow(reason);
  });
});

it("writes tables and the index between their comments", () => {
  const text = `<!-- table compare / Speed / * / platform / shape, workflows/s -->
old
<!-- /table -->

<!-- index -->
<!-- /index -->`;
  expect(refreshed("a.md", text, results))
    .toBe(`<!-- table compare / Speed / * / platform / shape, workflows/s -->

| shape | workflows/s |
| --- | --- |
| one activity | 52.7 |
| three timers | 9.5 |

<!-- /table -->

<!-- index -->

| what | command | day | machine |
| --- | --- | --- | --- |
| [Side by side](compare.md) | \`npm run bench -- compare\` | 2026-01-02 | 2 processors |

<!-- /index -->`);
});

it("shows all columns for *", () => {
  const text = "<!-- table compare / Lost, away / * / * --><!-- /table -->";
  expect(refreshed("a.md", text, results)).toContain("| fault | lost |");
});

it("leaves prose and code alone", () => {
  const text =
    "One `<!-- figure a / b -->` and\n\n```md\n<!-- index -->\n```\n\n53 of them <!-- so -->\n";
  expect(refreshed("a.md", text, results)).toBe(text);
});

it.each([
  "Open <!-- figure compare / date -->1",
  "Closed 1<!-- /figure -->",
  "Twice <!-- figure compare / date -->1 <!-- figure compare / date -->1<!-- /figure -->",
  "Mixed <!-- figure compare / date -->1<!-- /table -->",
])("refuses a block that is not closed: %s", (text) => {
  expect(() => refreshed("a.md", text, results)).toThrow(/^a\.md: .*closed/);
});
