/**
 * What tests have measured, for people and for docs/benchmarks.
 */
import { mkdir, writeFile } from "node:fs/promises";

const folder = "test-results";

/** Writes test-results/<name>.json, and makes the folder when it is missing. */
export async function writeResults(name: string, results: unknown): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/${name}.json`, `${JSON.stringify(results, undefined, 2)}\n`);
}
