/**
 * What must not stand in the project's Markdown, found in its text. docs.test.ts looks through the files.
 */

/** Code blocks and code spans. */
const code = /^ *```[\s\S]*?^ *```$|`[^`\n]*`/gm;

/** Blocks that `npm run docs` writes (bench/figures.ts). */
const generated = /<!-- (figure|table|index)\b[^\n]*? -->[\s\S]*?<!-- \/\1 -->/g;

const measuredOnce =
  /<!-- measured once: (\d{4}-\d{2}-\d{2}) -->([\s\S]*?)<!-- \/measured once -->/g;

/** Words that stand for something that is still to be written. */
export function placeholders(text: string): readonly string[] {
  return text.match(/\b(?:[A-Z]{3,}\d*_RATIO|TBD|TODO|FIXME|XXX)\b/g) ?? [];
}

/** Targets of links and images, without those on other hosts. */
export function links(text: string): readonly string[] {
  const prose = text.replace(code, "");
  const found = prose.matchAll(
    /\]\(\s*<?([^()\s>]+)>?(?:\s+"[^"]*")?\s*\)|^ *\[[^\]\n]+\]:\s*(\S+)|\b(?:href|src)="([^"]+)"/gm,
  );
  return [...found]
    .map(([, inline, reference, html]) => inline ?? reference ?? html ?? "")
    .filter((target) => !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target));
}

/** What `#…` may name in a document: its headings, as GitHub makes anchors of them, and ids in HTML. */
export function anchors(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of text
    .replace(/^ *```[\s\S]*?^ *```$/gm, "")
    .matchAll(/^#{1,6} +(.+)$/gm)) {
    const name = heading
      .replace(/<!--.*?-->/g, "")
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = name;
    for (let count = 1; found.has(anchor); count++) anchor = `${name}-${count}`;
    found.add(anchor);
  }
  for (const [, id = ""] of text.matchAll(/\b(?:id|name)="([^"]+)"/g)) found.add(id);
  return found;
}

/**
 * Figures that nobody would notice to be wrong: numbers with a unit of the benchmarks, shares below one, and table cells of nothing but numbers.
 *
 * A figure belongs into a block that `npm run docs` writes. One that is a record of its day stands between `<!-- measured once: <date> -->` and
 * `<!-- /measured once -->`, with the date in its text. A setting stands in a code span: `10s`. Ratios above one in prose cannot be told from
 * versions, and KiB measures limits only: neither is looked for.
 */
export function looseFigures(text: string): readonly string[] {
  const prose = text
    .replace(code, "`")
    .replace(generated, "")
    .replace(measuredOnce, (block: string, date: string, body: string) =>
      body.includes(date) ? "" : block,
    );
  const number = String.raw`\d[\d.,]*(?: ?[–→/-] ?\d[\d.,]*)*`;
  const unit = String.raw`(?:ms|µs|s|[KMG]B|[MG]iB|%|workflows/s|requests?)(?![\w/])`;
  const patterns = [
    new RegExp(String.raw`(?<![\w.,-])${number}\s?${unit}`, "g"),
    /(?<![\w.])0\.\d+(?![\w.])/g,
    new RegExp(String.raw`(?<=\| *)\*{0,2}${number}\*{0,2}(?= *\|)`, "g"),
  ];
  return [...new Set(patterns.flatMap((pattern) => prose.match(pattern) ?? []))];
}

/** Lines that begin with a comment and go on after it: GitHub shows the rest of such a line without its Markdown. */
export function swallowedLines(text: string): readonly string[] {
  const prose = text.replace(/^ *```[\s\S]*?^ *```$/gm, "");
  return prose.match(/^ *(?:[-*+>] +|\d+[.)] +)?<!--(?!(?:(?!-->).)*-->$).*$/gm) ?? [];
}
