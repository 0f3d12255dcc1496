/**
 * Where measurements are kept: JSON for programs and a table for people, both with the machine that they came from.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { z } from "zod";

const folder = fileURLToPath(new URL("../docs/benchmarks/", import.meta.url));

/** A table: one object per row, all with the same keys. */
export type Table = readonly Readonly<Record<string, string | number>>[];

/** What was measured, and what it was measured on. */
export interface Results {
  readonly title: string;
  /** How it was measured. */
  readonly method: string;
  readonly tables: Readonly<Record<string, Table>>;
  /** For programs. */
  readonly data?: unknown;
}

/** The machine, in words. */
export function machine(): string {
  const [first] = cpus();
  return `${String(cpus().length)} processors (${first?.model.trim() ?? "unknown"}), ${String(Math.round(totalmem() / 2 ** 30))} GiB of memory, Linux ${release().split("-")[0] ?? ""}`;
}

/** Day and processor, for lines that come from several runs. */
export function measuredOn(): string {
  return `${today()}, ${cpus()[0]?.model.trim() ?? "unknown"}`;
}

const today = (): string => new Date().toISOString().slice(0, 10);

const written = z.object({
  tables: z.record(z.string(), z.array(z.record(z.string(), z.union([z.string(), z.number()])))),
});

/** A table that was written before; empty when there is none. */
export async function kept(name: string, table: string): Promise<Table> {
  const text = await readFile(join(folder, `${name}.json`), "utf8").catch(() => undefined);
  return text === undefined ? [] : (written.parse(JSON.parse(text)).tables[table] ?? []);
}

/** Writes docs/benchmarks/<name>.md and .json, and prints the tables. */
export async function keep(name: string, results: Results): Promise<void> {
  const { title, method, tables, data } = results;
  const date = today();
  await mkdir(folder, { recursive: true });
  const text = [
    `# ${title}`,
    `${method} Written by \`npm run bench -- ${name}\` on ${date}, on ${machine()}.`,
    ...Object.entries(tables).map(([heading, table]) => `## ${heading}\n\n${markdown(table)}`),
  ].join("\n\n");
  const style = (await resolveConfig(folder)) ?? {};
  await writeFile(join(folder, `${name}.md`), await format(text, { ...style, parser: "markdown" }));
  const json = { machine: machine(), date, tables, ...(data === undefined ? {} : { data }) };
  await writeFile(
    join(folder, `${name}.json`),
    await format(JSON.stringify(json), { ...style, parser: "json" }),
  );
  for (const [heading, table] of Object.entries(tables)) {
    console.log(`\n${heading}`);
    console.table(table);
  }
}

function markdown(table: Table): string {
  const keys = Object.keys(table[0] ?? {});
  const row = (cells: readonly unknown[]): string => `| ${cells.map(String).join(" | ")} |`;
  return [
    row(keys),
    row(keys.map(() => "---")),
    ...table.map((line) => row(keys.map((key) => line[key]))),
  ].join("\n");
}
