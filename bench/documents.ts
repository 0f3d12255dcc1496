/**
 * `npm run docs`, the part with the figures: writes docs/benchmarks/*.md anew from the JSON beside them, and brings figures and tables in all
 * other Markdown up to date. tests/docs fails when there is something to write.
 */
import { glob, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { refreshed } from "./figures.ts";
import { type Kept, page, parseKept } from "./tables.ts";

/** The checkout, where the documents' paths begin. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const folder = "docs/benchmarks";

/** A Markdown file of the checkout. */
export interface Document {
  /** From the checkout's root. */
  readonly path: string;
  /** What it says; empty when it is still missing. */
  readonly text: string;
  /** What it would say with the figures that docs/benchmarks has now. */
  readonly refreshed: string;
}

/** Paths of all Markdown from the checkout's root, sorted, without what npm and tests put there. */
export async function markdownFiles(): Promise<readonly string[]> {
  const skipped = new Set(["node_modules", "test-results", ".tmp"]);
  const exclude = (path: string): boolean => skipped.has(basename(path));
  const found: string[] = [];
  for await (const path of glob("**/*.md", { cwd: root, exclude })) found.push(path);
  return found.sort();
}

/**
 * All Markdown, as it is and as it should be.
 *
 * @throws Error that names the file when a file of docs/benchmarks cannot be read, or an address in a document leads to nothing.
 */
export async function documents(): Promise<readonly Document[]> {
  const results = await kept();
  const pages = new Map(
    [...results].map(([name, one]) => [`${folder}/${name}.md`, page(name, one)]),
  );
  const paths = new Set([...(await markdownFiles()), ...pages.keys()]);
  const style = (await resolveConfig(join(root, "README.md"))) ?? {};
  return Promise.all(
    [...paths].map(async (path) => {
      const text = await readFile(join(root, path), "utf8").catch(() => "");
      const fresh = pages.get(path) ?? refreshed(path, text, results);
      const unchanged = fresh === text;
      return {
        ...{ path, text },
        refreshed: unchanged ? text : await format(fresh, { ...style, parser: "markdown" }),
      };
    }),
  );
}

/** What docs/benchmarks holds, by the files' names without their extension. */
async function kept(): Promise<ReadonlyMap<string, Kept>> {
  const results = new Map<string, Kept>();
  for await (const file of glob("*.json", { cwd: join(root, folder) })) {
    const name = basename(file, ".json");
    results.set(name, parseKept(name, await readFile(join(root, folder, file), "utf8")));
  }
  return results;
}

if (import.meta.main) {
  for (const { path, text, refreshed: fresh } of await documents()) {
    if (fresh === text) continue;
    await writeFile(join(root, path), fresh);
    console.log(`refreshed ${path}`);
  }
}
