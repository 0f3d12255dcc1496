/**
 * Where the measured costs are kept: written by `npm run bench -- costs` and `-- queues`, read by `npm run size`.
 */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import type { Costs } from "../platform/sizing.ts";

const path = fileURLToPath(new URL("costs.json", import.meta.url));

/** The costs of the last measurements. */
export function readCosts(): Costs {
  return JSON.parse(readFileSync(path, "utf8")) as Costs;
}

/** Puts new costs in their place. */
export async function writeCosts(costs: Costs): Promise<void> {
  await writeFile(path, await format(JSON.stringify(costs), { parser: "json" }));
}
