/**
 * Figures and tables in Markdown that come from docs/benchmarks/*.json. docs/benchmarks/README.md has the syntax. A block in a code span or a
 * code block is left alone.
 */
import { index, type Kept, markdownTable, type Table } from "./tables.ts";

/** Code, or a block with its name, its address and what stands in it now. */
const parts =
  /(?<code>^ *```[\s\S]*?^ *```$|`[^`\n]*`)|<!-- (?<kind>figure|table|index)(?: (?<address>[^\n]+?))? -->(?<body>[\s\S]*?)<!-- \/\k<kind> -->/gm;

const comment = /<!-- \/?(?:figure|table|index)\b[^\n]*/;

/** Fields of a file that a figure may show. */
const fields = ["title", "date", "machine"] as const;

/**
 * A document with its figures and tables as the results have them.
 *
 * @param path The document's, for errors.
 * @param results What docs/benchmarks holds, by the files' names without their extension.
 * @throws Error that names the document and the address when a block is not closed, or its address leads to nothing or to more than one row.
 */
export function refreshed(path: string, text: string, results: ReadonlyMap<string, Kept>): string {
  const open = comment.exec(text.replace(parts, ""));
  if (open) throw new Error(`${path}: ${open[0]}: the block is not opened and closed`);
  return text.replace(parts, (whole: string, ...rest: unknown[]) => {
    const { kind, address = "", body = "" } = rest.at(-1) as Partial<Record<string, string>>;
    if (kind === undefined) return whole;
    try {
      if (comment.test(body)) throw new Error("the block is not closed");
      if (kind === "figure")
        return `<!-- figure ${address} -->${figure(address, results)}<!-- /figure -->`;
      const opening = address === "" ? kind : `${kind} ${address}`;
      const content = kind === "index" ? index(results) : table(address, results);
      return `<!-- ${opening} -->\n\n${content}\n\n<!-- /${kind} -->`;
    } catch (error) {
      throw new Error(`${path}: ${kind} ${address}: ${(error as Error).message}`, { cause: error });
    }
  });
}

/** One value, or the least and the greatest of several. */
function figure(address: string, results: ReadonlyMap<string, Kept>): string {
  const [name = "", field = "", ...more] = address.split(" / ");
  if (more.length === 0) {
    const known = fields.find((one) => one === field);
    if (!known)
      throw new Error(`a file has ${listed(fields)}; other figures need a row and a column`);
    return file(name, results)[known];
  }
  const { rows, columns } = select(address, results);
  const values = new Set(rows.flatMap((row) => columns.map((column) => String(row[column]))));
  const [value = "", ...others] = values;
  if (others.length === 0) return value;
  if (!address.includes("*"))
    throw new Error(`${rows.length} rows have this name; add the next column's value, or *`);
  const sorted = [...values].sort((one, other) => Number(one) - Number(other));
  if (sorted.some((one) => Number.isNaN(Number(one))))
    throw new Error(`no range can be made of ${listed(sorted)}`);
  return `${sorted[0] ?? ""}–${sorted.at(-1) ?? ""}`;
}

function table(address: string, results: ReadonlyMap<string, Kept>): string {
  const { rows, columns } = select(address, results);
  return markdownTable(rows, columns);
}

/**
 * Rows and columns at an address: file / table / values of a row's first columns / columns. A part that ends with `*` stands for all that start
 * with what is before it.
 */
function select(
  address: string,
  results: ReadonlyMap<string, Kept>,
): { readonly rows: Table; readonly columns: readonly string[] } {
  const [name = "", heading = "", ...keys] = address.split(" / ");
  const wanted = keys.pop();
  if (wanted === undefined || keys.length === 0)
    throw new Error("an address is: file / table / row / column");
  const { tables } = file(name, results);
  const found = Object.entries(tables).filter(([one]) => matches(heading, one));
  if (found.length === 0)
    throw new Error(`there is no table "${heading}"; there are ${listed(Object.keys(tables))}`);
  const all = found.flatMap(([, rows]) => rows);
  const rows = all.filter((row) => {
    const values = Object.values(row).map(String);
    return keys.every((key, place) => matches(key, values[place] ?? ""));
  });
  const [first] = rows;
  if (!first) throw new Error(`there is no row "${keys.join(" / ")}"`);
  const there = Object.keys(first);
  const columns = wanted === "*" ? there : wanted.split(", ");
  const missing = columns.find((column) => rows.some((row) => row[column] === undefined));
  if (missing !== undefined)
    throw new Error(`there is no column "${missing}"; there are ${listed(there)}`);
  return { rows, columns };
}

function file(name: string, results: ReadonlyMap<string, Kept>): Kept {
  const kept = results.get(name);
  if (!kept) throw new Error(`there is no docs/benchmarks/${name}.json`);
  return kept;
}

const matches = (pattern: string, value: string): boolean =>
  pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
