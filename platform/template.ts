/**
 * The one module of platform/ that reads files: the scripts, SQL statements and settings that lie beside it, each in a file of its own kind.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What stands in a file for each of its placeholders. */
export type Values = Readonly<Record<string, string | number>>;

/** A placeholder that has a line for itself, with the line's end; or one among other words. */
const placeholder = /^@([A-Z][A-Z_]*)@\n|@([A-Z][A-Z_]*)@/gm;

/**
 * Reads a file and gives the function that fills in what varies. `@NAME@` in the file is a placeholder: among other words it stands for words, in
 * a line for itself for any number of whole lines, each with its end.
 *
 * @param path Path of the file from this directory.
 * @throws Error when there is no such file. The function throws one when a placeholder has no value, a value no placeholder, or lines no end.
 */
export function template(path: string): (values?: Values) => string {
  const text = readFileSync(join(import.meta.dirname, path), "utf8");
  return (values = {}) => {
    const unused = new Set(Object.keys(values));
    const filled = text.replace(placeholder, (_found, ofLine?: string, ofWord?: string) => {
      const name = ofLine ?? ofWord ?? "";
      const value = values[name];
      if (value === undefined) throw new Error(`platform/${path}: nothing is given for @${name}@`);
      if (ofLine !== undefined && !/^$|\n$/.test(String(value)))
        throw new Error(`platform/${path}: @${name}@ stands for lines, and the last has no end`);
      unused.delete(name);
      return String(value);
    });
    for (const name of unused) throw new Error(`platform/${path}: there is no @${name}@ in it`);
    return filled;
  };
}
