/**
 * `npm run bench -- resilience`: the tables of the last `npm run test:resilience`, for the docs.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { keep, type Table } from "./results.ts";

const results = fileURLToPath(new URL("../test-results/", import.meta.url));

const rows = z.array(
  z.object({
    fault: z.string(),
    started: z.number(),
    lost: z.number(),
    duplicates: z.number(),
    repetitions: z.number(),
    attempts: z.number(),
    failedBeforeRetries: z.number(),
    failedAfterRetries: z.number(),
    longestPause: z.number(),
    healthyAfter: z.number(),
    seen: z.array(z.string()),
  }),
);

/** Where the faults happened, by the name of what the tests have written. */
const places = {
  docker: "Docker, one replica of each role",
  "docker-two": "Docker, two replicas of each role",
  kubernetes: "Kubernetes, two replicas of each role",
} as const;

/** Writes the tables. */
export async function keepResilience(): Promise<void> {
  const tables: Record<string, Table> = {};
  for (const [name, title] of Object.entries(places)) {
    const text = await readFile(`${results}resilience-${name}.json`, "utf8").catch(() => {
      throw new Error(`there is no resilience-${name}.json: run npm run test:resilience first`);
    });
    tables[title] = rows.parse(JSON.parse(text)).map((row) => ({
      fault: row.fault,
      workflows: row.started,
      lost: row.lost,
      "done twice": row.duplicates,
      "done again": row.repetitions,
      requests: row.attempts,
      "failed before retries": row.failedBeforeRetries,
      "failed after": row.failedAfterRetries,
      "longest pause s": row.longestPause / 1000,
      "healthy after s": row.healthyAfter,
      "what an operator sees": row.seen.join("; "),
    }));
  }
  await keep("resilience", {
    title: "What it survives",
    method: `5 workflows/s, each with an activity, a timer, a signal, a query and an activity that fails at its first attempt. "lost": workflows that did not end exactly once with the right result. "done twice": attempts of activities that were executed more than once, and activities of completed workflows that were not. "done again": activities whose answer was lost, so that they were done at another attempt, as at-least-once delivery has it. Requests are counted as they go over the wire, and after the SDK's retries. "longest pause" is between two completed workflows; "healthy after" is from the end of the fault until the health checks of all containers pass, asked twice a second. Measured by \`npm run test:resilience\`.`,
    tables,
  });
}
