import { describe, expect, it } from "vitest";
import { anchors, links, looseFigures, placeholders, swallowedLines } from "./markdown.ts";

it.each([
  ["| GOGC | GOGC400_RATIO | STACK_RATIO |", ["GOGC400_RATIO", "STACK_RATIO"]],
  ["TBD, a TODO; FIXME: XXX", ["TBD", "TODO", "FIXME", "XXX"]],
  ["mktemp -d /tmp/a.XXXXXX, a ratio, `TODOS`", []],
])("finds what is still to be written in %j", (text, found) => {
  expect(placeholders(text)).toEqual(found);
});

it("finds links into the checkout, not those to other hosts and not those in code", () => {
  const text = `[a](b.md), [c](d.md#e "f"), ![g](<h.png>), [\`i\`](#j), [k](https://l.org), [m](mailto:n@o)
\`[p](q.md)\` <a href="r.md">s</a>

[t]: u.md

\`\`\`md
[v](w.md)
\`\`\`
`;
  expect(links(text)).toEqual(["b.md", "d.md#e", "h.png", "#j", "r.md", "u.md"]);
});

it("knows what a heading is called in a link", () => {
  const text = `# What it costs, \`npm run x\` & more
## Same
## Same
### [A link](b.md) – to *it*
<a id="own"></a>

\`\`\`sh
# not a heading
\`\`\`
`;
  expect([...anchors(text)]).toEqual([
    "what-it-costs-npm-run-x--more",
    "same",
    "same-1",
    "a-link--to-it",
    "own",
  ]);
});

describe("figures that nothing keeps true", () => {
  it.each([
    ["It does 53 workflows/s.", ["53 workflows/s"]],
    ["**1,025 MiB** or 2GB, 82–87 s, 14 %", ["1,025 MiB", "2GB", "82–87 s", "14 %"]],
    ["1,834 → 962 ms after 122 of 1160 requests", ["1,834 → 962 ms", "1160 requests"]],
    ["0.91 of theirs", ["0.91"]],
    ["| pgx | 1.42 | **36** |", ["1.42", "**36**"]],
    ["<!-- measured once: 2026-01-02 -->5 s<!-- /measured once -->", ["5 s"]],
  ])("are found in %j", (text, found) => {
    expect(looseFigures(text)).toEqual(found);
  });

  it.each([
    "Kubernetes 1.30, Temporal 1.32.2, port 7233, two minutes, 512 shards, 2 replicas, v0.1.0, p99",
    "after `10s`, at most `100 ms`",
    "```\n5 s\n```",
    "at <!-- figure a / b / c / d -->53<!-- /figure --> workflows/s",
    "<!-- table a / b / c / d -->\n\n| a |\n| - |\n| 1 |\n\n<!-- /table -->",
    "<!-- measured once: 2026-01-02 -->\n\nMeasured once on 2026-01-02: 5 s.\n\n<!-- /measured once -->",
  ])("are not found in %j", (text) => {
    expect(looseFigures(text)).toEqual([]);
  });
});

it("finds lines that a comment swallows", () => {
  const fine = "<!-- index -->\n\nIt is <!-- figure a -->1<!-- /figure -->.\n- <!-- a -->\n";
  expect(swallowedLines(fine)).toEqual([]);
  const line = "<!-- figure a -->1<!-- /figure --> of them";
  expect(swallowedLines(`One\n${line}\n- ${line}\n`)).toEqual([line, `- ${line}`]);
});
