/**
 * What a file in docs/benchmarks holds, and the Markdown made of it. Nothing here reads or writes: results.ts keeps new measurements, and
 * documents.ts brings what was kept into the documents.
 */
import { z } from "zod";

/** A table: one object per row, all with the same keys. Columns name their units. */
export type Table = readonly Readonly<Record<string, string | number>>[];

/** What docs/benchmarks/<name>.json holds. */
export interface Kept {
  readonly title: string;
  /** How it was measured, in sentences. */
  readonly method: string;
  /** The machine, in words. */
  readonly machine: string;
  /** The day, such as 2026-11-24. */
  readonly date: string;
  /** Tables by their headings. */
  readonly tables: Readonly<Record<string, Table>>;
  /** For programs. */
  readonly data?: unknown;
}

const schema: z.ZodType<Kept> = z.object({
  title: z.string(),
  method: z.string(),
  machine: z.string(),
  date: z.iso.date(),
  tables: z.record(z.string(), z.array(z.record(z.string(), z.union([z.string(), z.number()])))),
  data: z.unknown().optional(),
});

/**
 * Reads the text of docs/benchmarks/<name>.json.
 *
 * @throws Error that names the file and what is wrong with it.
 */
export function parseKept(name: string, json: string): Kept {
  try {
    return schema.parse(JSON.parse(json));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`docs/benchmarks/${name}.json: ${reason}`, { cause: error });
  }
}

/**
 * Rows of this run beside rows of earlier ones, in the order of the names. A row of this run replaces an earlier one of the same name. An earlier
 * row whose name is not among the names is dropped: what it measured was renamed or is gone.
 *
 * @param column The column that holds a row's name.
 * @param names What can be measured today. Rows of this run with other names stand behind them.
 */
export function mergedRows(
  column: string,
  names: readonly string[],
  earlier: Table,
  measured: Table,
): Table {
  const nameOf = (row: Table[number]): string => String(row[column]);
  const rows = new Map([...earlier, ...measured].map((row) => [nameOf(row), row]));
  const wanted = new Set([...names, ...measured.map(nameOf)]);
  return [...wanted].map((name) => rows.get(name)).filter((row) => row !== undefined);
}

/** A table in Markdown, with the columns of its first row unless they are named. Columns are not aligned: prettier does that. */
export function markdownTable(
  table: Table,
  columns: readonly string[] = Object.keys(table[0] ?? {}),
): string {
  const row = (cells: readonly unknown[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", String.raw`\|`)).join(" | ")} |`;
  return [
    row(columns),
    row(columns.map(() => "---")),
    ...table.map((line) => row(columns.map((column) => line[column] ?? ""))),
  ].join("\n");
}

/** docs/benchmarks/<name>.md. */
export function page(name: string, { title, method, machine, date, tables }: Kept): string {
  return [
    `# ${title}`,
    `${method} Written by \`npm run bench -- ${name}\` on ${date}, on ${machine}.`,
    ...Object.entries(tables).map(([heading, table]) => `## ${heading}\n\n${markdownTable(table)}`),
  ].join("\n\n");
}

/** A table of all pages in docs/benchmarks, in the order of their names, with links from within that folder. */
export function index(results: ReadonlyMap<string, Kept>): string {
  const names = [...results].sort(([one], [other]) => (one < other ? -1 : 1));
  return markdownTable(
    names.map(([name, { title, date, machine }]) => ({
      what: `[${title}](${name}.md)`,
      command: `\`npm run bench -- ${name}\``,
      day: date,
      machine,
    })),
  );
}
