/**
 * `npm run bench -- costs`: what a workflow and an activity cost each role and PostgreSQL, for `npm run size`. Two shapes give a line: what a
 * workflow costs by itself, and what each of its activities adds.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Cost, costKinds, type Costs } from "../platform/sizing.ts";
import { readCosts, writeCosts } from "./costs-file.ts";
import { measure } from "./measure.ts";
import { type Effort, inFlight } from "./compare.ts";
import { machine } from "./results.ts";
import { platform, type Platform, psql } from "./subjects/platform.ts";
import type { Shape } from "./generator.ts";

/** Activities of the shapes that give the line. */
const activities = { activity: 1, sequence: 10 } as const satisfies Partial<Record<Shape, number>>;

/** Measures and writes the costs. */
export async function measureCosts(effort: Effort): Promise<void> {
  const subject = await platform("costs", { server: { numHistoryShards: 512 } });
  try {
    const address = await subject.resume();
    const one = await costOf(subject, address, "activity", effort);
    const ten = await costOf(subject, address, "sequence", effort);
    const steps = activities.sequence - activities.activity;
    const line = (kind: keyof Cost): { perWorkflow: number; perActivity: number } => {
      // A counter that hardly grows may seem to shrink between two measurements.
      const perActivity = Math.max(0, (ten[kind] - one[kind]) / steps);
      const perWorkflow = Math.max(0, one[kind] - perActivity * activities.activity);
      return { perWorkflow: rounded(perWorkflow), perActivity: rounded(perActivity) };
    };
    const costs: Costs = {
      machine: machine(),
      date: new Date().toISOString().slice(0, 10),
      costs: Object.fromEntries(costKinds.map((kind) => [kind, line(kind)])) as Costs["costs"],
      taskQueueKiB: readCosts().taskQueueKiB,
    };
    await writeCosts(costs);
    console.table(costs.costs);
  } finally {
    await subject.dispose();
  }
}

/** What one workflow of a shape costs. */
async function costOf(
  subject: Platform,
  address: string,
  shape: keyof typeof activities,
  effort: Effort,
): Promise<Cost> {
  const before = await database(subject);
  const load = { shape, pace: { inFlight }, ...effort };
  const { figures, parts } = await measure(subject, address, load);
  // Statistics of sessions are written with a delay.
  await sleep(2000);
  const after = await database(subject);
  // PostgreSQL's counters cover the warm-up as well, which is as fast as the rest.
  const workflows = figures.workflowsPerSecond * (effort.measureSeconds + effort.warmUpSeconds);
  const per = (counter: keyof typeof after): number =>
    (after[counter] - before[counter]) / workflows;
  const milliseconds = (part: string): number => parts[part] ?? 0;
  return {
    frontendMs: milliseconds("frontend"),
    historyMs: milliseconds("history"),
    matchingMs: milliseconds("matching"),
    workerMs: milliseconds("worker"),
    postgresMs: milliseconds("postgres"),
    transitions: figures.transitionsPerSecond / figures.workflowsPerSecond,
    commits: per("commits"),
    walBytes: per("walBytes"),
    storedBytes: per("storedBytes"),
  };
}

async function database({ docker, parts }: Platform): Promise<{
  readonly commits: number;
  readonly walBytes: number;
  readonly storedBytes: number;
}> {
  const postgres = parts["postgres"] ?? "";
  // What is stored is to be counted, not the dead rows of tables that churn: those stop growing, but not within a measurement.
  for (const name of ["temporal", "temporal_visibility"])
    await psql(docker, postgres, "VACUUM FULL", name);
  const text = await psql(
    docker,
    postgres,
    `SELECT sum(xact_commit), pg_current_wal_lsn() - '0/0', sum(pg_database_size(datname))
     FROM pg_stat_database WHERE datname LIKE 'temporal%'`,
  );
  const [commits, walBytes, storedBytes] = text.split("|").map(Number);
  return z
    .object({ commits: z.number(), walBytes: z.number(), storedBytes: z.number() })
    .parse({ commits, walBytes, storedBytes });
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
