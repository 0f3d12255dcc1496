/**
 * The project's Markdown: nothing left to be written, no dead links, and figures that are what docs/benchmarks says.
 */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { documents, root } from "../../bench/documents.ts";
import { anchors, links, looseFigures, placeholders, swallowedLines } from "./markdown.ts";

const all = await documents();
const texts = new Map(all.map(({ path, text }) => [path, text]));

/** Where figures are either generated or marked as a record of their day; elsewhere, durations are times that commands take. */
const quoting = /^(README\.md|docs\/costs\.md|docs\/(decisions|runbooks)\/.*)$/;

/** Why a link leads to nothing; undefined when it leads somewhere. */
function dead(path: string, link: string): string | undefined {
  const [file = "", anchor] = decodeURIComponent(link).split("#");
  const target = file === "" ? path : normalize(join(dirname(path), file));
  if (target.startsWith("..") || !existsSync(join(root, target)))
    return `${link}: there is no ${target}`;
  const text = texts.get(target);
  if (anchor === undefined || text === undefined || anchors(text).has(anchor)) return undefined;
  return `${link}: ${target} has no heading for #${anchor}`;
}

describe.each(all.map((document) => [document.path, document] as const))("%s", (path, document) => {
  const { text, refreshed } = document;

  it("says what docs/benchmarks says; `npm run docs` refreshes it", () => {
    expect(text).toBe(refreshed);
  });

  it("has nothing left to be written", () => {
    expect(placeholders(text)).toEqual([]);
  });

  it("has no dead links", () => {
    expect(links(text).flatMap((link) => dead(path, link) ?? [])).toEqual([]);
  });

  it("has no line that a comment swallows", () => {
    expect(swallowedLines(text)).toEqual([]);
  });

  it.runIf(quoting.test(path))("has no figures but generated ones and marked records", () => {
    expect(looseFigures(text)).toEqual([]);
  });
});
