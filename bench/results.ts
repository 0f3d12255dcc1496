/**
 * Where measurements are kept: JSON for programs and for `npm run docs`, and a page for people, both with the machine that they came from.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { type Kept, page, parseKept, type Table } from "./tables.ts";

export type { Table } from "./tables.ts";

const folder = fileURLToPath(new URL("../docs/benchmarks/", import.meta.url));

/** What was measured and how; `keep` adds the machine and the day. */
export type Results = Omit<Kept, "machine" | "date">;

/** The machine, in words. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} processors (${first?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, Linux ${release().split("-")[0] ?? ""}`;
}

/** Day and processor, for lines that come from several runs. */
export function measuredOn(): string {
  return `${today()}, ${cpus()[0]?.model.trim() ?? "unknown"}`;
}

const today = (): string => new Date().toISOString().slice(0, 10);

/**
 * A table that was written before; empty when there is none.
 *
 * @throws Error that names the file when it is there and cannot be read.
 */
export async function kept(name: string, table: string): Promise<Table> {
  const text = await readFile(join(folder, `${name}.json`), "utf8").catch(() => undefined);
  return text === undefined ? [] : (parseKept(name, text).tables[table] ?? []);
}

/** Writes docs/benchmarks/<name>.json and .md, and prints the tables. `npm run docs` then brings the figures into the other documents. */
export async function keep(name: string, results: Results): Promise<void> {
  const { title, method, ...rest } = results;
  const written: Kept = { title, method, machine: machine(), date: today(), ...rest };
  const style = (await resolveConfig(folder)) ?? {};
  const write = async (extension: string, parser: string, text: string): Promise<void> =>
    writeFile(join(folder, `${name}.${extension}`), await format(text, { ...style, parser }));
  await mkdir(folder, { recursive: true });
  await write("json", "json", JSON.stringify(written));
  await write("md", "markdown", page(name, written));
  for (const [heading, table] of Object.entries(results.tables)) {
    console.log(`\n${heading}`);
    console.table(table);
  }
}
