/**
 * Shows answers: tables for people, JSON and YAML for programs.
 */
import { dump } from "js-yaml";

/** Formats of a command's answer. */
export type Format = "text" | "json" | "yaml";

/** An answer in a format; as text it is what `asText` makes of it. */
export function shown<T>(answer: T, format: Format, asText: (answer: T) => string): string {
  switch (format) {
    case "json":
      return JSON.stringify(answer, null, 2);
    case "yaml":
      return dump(answer).trimEnd();
    case "text":
      return asText(answer);
  }
}

/** Rows with their cells below each other; the first is the header. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
