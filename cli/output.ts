/**
 * Shows answers: tables for people, JSON and YAML for programs.
 */
import { stripVTControlCharacters } from "node:util";
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

/** Facts below each other, indented: a label, and its values, one a line; `-` where there is none. */
export function facts(
  rows: readonly (readonly [label: string, ...values: readonly string[]])[],
): string[] {
  const lines = rows.flatMap(([label, ...values]) =>
    values.length === 0
      ? [[label, "-"]]
      : values.map((value, index) => [index === 0 ? label : "", value === "" ? "-" : value]),
  );
  return columns(lines).map((line) => `  ${line}`);
}

/** A text of people's as it stands in a table: in one line, without colours; `-` when it is empty. */
export function cell(text: string): string {
  const line = stripVTControlCharacters(text).replaceAll(/\s+/g, " ").trim();
  return line === "" ? "-" : line;
}

const units = [
  [86_400, "d"],
  [3600, "h"],
  [60, "m"],
  [1, "s"],
] as const;

/** A duration in words, such as 30d or 1h30m; parts of a second are rounded. */
export function durationText(seconds: number): string {
  let rest = Math.round(seconds);
  const parts = units.map(([size, unit]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? "" : `${count}${unit}`;
  });
  return parts.join("") || "0s";
}
