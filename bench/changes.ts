/**
 * `npm run bench -- changes`: what each choice of the platform gives, by taking it back, and what choices that were not taken would give.
 */
import { measure, type Measurement } from "./measure.ts";
import { type Effort, inFlight } from "./compare.ts";
import type { Load } from "./generator.ts";
import { keep, kept, measuredOn } from "./results.ts";
import { shown, summary } from "./statistics.ts";
import { mergedRows } from "./tables.ts";
import { type Change, platform } from "./subjects/platform.ts";
import type { Subject } from "./subjects/subject.ts";

/** Leaves room for the next version of a row in its page, in the tables whose rows are updated most. */
const fillfactor = ["executions", "current_executions", "shards", "task_queues_v2"]
  .map((table) => `ALTER TABLE ${table} SET (fillfactor = 70)`)
  .join("; ");

const dynamicConfig = (settings: object): Change => ({
  server: { dynamicConfig: settings },
});

const withLibPq = (text: string): string => text.replaceAll("postgres12_pgx", "postgres12");

const withOpenTelemetry = (text: string): string =>
  text.replace(/^( *)listenAddress:/m, "$1framework: opentelemetry\n$1listenAddress:");

/** Puts NULL back into the visibility indexes, as Temporal's schema has it. */
const withNull = {
  database: "temporal_visibility",
  sql: `DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE tablename = 'executions_visibility' AND indexdef LIKE '% IS NOT NULL)'
  LOOP
    EXECUTE 'DROP INDEX ' || quote_ident(found.name);
    EXECUTE regexp_replace(found.definition, ' WHERE .*$', '');
  END LOOP; END $$`,
} as const;

const withoutMemoryLimit = {
  ...dynamicConfig({ "history.cacheSizeBasedLimit": false }),
  environment: { GOMEMLIMIT: "off", GOGC: "100" },
};

/** A change of the stack, or of how its clients and workers talk to it. */
type Choice = Change & Pick<Load, "eagerStart" | "autoscale">;

/** What is changed, by what it is called. */
const choices: Readonly<Record<string, Choice>> = {
  "as it is": {},
  "lib/pq instead of pgx": { edit: withLibPq },
  "visibility indexes with NULL": { statement: withNull },
  "caches by number, no GOMEMLIMIT or GOGC": withoutMemoryLimit,
  "512 shards": { server: { numHistoryShards: 512 } },
  // Every choice above at once.
  untuned: {
    ...withoutMemoryLimit,
    edit: withLibPq,
    statement: withNull,
    server: { ...withoutMemoryLimit.server, numHistoryShards: 512 },
  },
  "GOGC=100": { environment: { GOGC: "100" } },
  "GOGC=400": { environment: { GOGC: "400" } },
  "stacks start as large as they become": { environment: { GODEBUG: "adaptivestackstart=1" } },
  "metrics by OpenTelemetry": { edit: withOpenTelemetry },
  "GOMAXPROCS=1": { environment: { GOMAXPROCS: "1" } },
  "one partition per task queue": dynamicConfig({
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
  }),
  "log level error": { server: { logLevel: "error" } },
  "pools of 8 and 4 connections": {
    server: { connections: { persistence: 8, visibility: 4 } },
  },
  "generic plans only": { postgres: { plan_cache_mode: "force_generic_plan" } },
  "wal_compression off": { postgres: { wal_compression: "off" } },
  "lz4 for large values": { postgres: { default_toast_compression: "lz4" } },
  "autovacuum as PostgreSQL has it": {
    postgres: {
      autovacuum_naptime: "60s",
      autovacuum_vacuum_scale_factor: "0.2",
      autovacuum_vacuum_cost_delay: "2ms",
    },
  },
  "group commit (commit_delay 200 µs)": { postgres: { commit_delay: "200", commit_siblings: "3" } },
  "fillfactor 70": { statement: { database: "temporal", sql: fillfactor } },
  // Its own processor time and postgres_exporter's included.
  "scraped by a managed Prometheus": {
    cluster: { monitoring: { kind: "managed" } },
    optionalImages: ["prometheus", "postgresExporter"],
  },
  "clients ask for an eager start": { eagerStart: true },
  "workers choose their pollers": { autoscale: true },
};

/** Runs the comparison and writes its table. */
export async function compareChanges(
  effort: Effort,
  only: readonly string[],
  images: readonly string[],
): Promise<void> {
  const compared = {
    ...choices,
    ...Object.fromEntries(images.map((image) => [image, { image }])),
  } satisfies Record<string, Choice>;
  const subjects: { readonly subject: Subject; readonly change: Choice }[] = [];
  const rounds = new Map<string, Measurement[]>();
  try {
    for (const [name, change] of Object.entries<Choice>(compared)) {
      const wanted = ["as it is", ...images, ...only];
      if (only.length > 0 && !wanted.some((part) => name.includes(part))) continue;
      console.log(`set up: ${name}`);
      const subject = await platform(name, change);
      subjects.push({ subject, change });
      await subject.halt();
    }
    for (let round = 1; round <= effort.rounds; round++) {
      for (const { subject, change } of subjects) {
        const { eagerStart = false, autoscale = false } = change;
        const address = await subject.resume();
        const load = {
          shape: "activity",
          pace: { inFlight },
          eagerStart,
          autoscale,
          ...effort,
        } as const;
        const measurement = await measure(subject, address, load);
        rounds.set(subject.name, [...(rounds.get(subject.name) ?? []), measurement]);
        const { processorPerWorkflow } = measurement.figures;
        console.log(`round ${round}: ${subject.name}: ${shown(processorPerWorkflow)} ms/workflow`);
        await subject.halt();
      }
    }
  } finally {
    for (const { subject } of subjects) await subject.dispose();
  }
  const middle = (name: string) => summary((rounds.get(name) ?? []).map(({ figures }) => figures));
  const base = middle("as it is");
  const measured = [...rounds.keys()].map((name) => {
    const figures = middle(name);
    const of = (key: string): string => shown(figures[key]?.median ?? NaN);
    const ratio = (key: string): string =>
      shown((figures[key]?.median ?? NaN) / (base[key]?.median ?? NaN));
    const parts = summary((rounds.get(name) ?? []).map((measurement) => measurement.parts));
    return {
      change: name,
      "workflows/s": of("workflowsPerSecond"),
      "ratio of them": ratio("workflowsPerSecond"),
      "processor ms/workflow": of("processorPerWorkflow"),
      ratio: ratio("relativeToGenerator"),
      "spread %": shown(100 * (figures["relativeToGenerator"]?.spread ?? NaN)),
      "of which PostgreSQL": shown(parts["postgres"]?.median ?? NaN),
      history: shown(parts["history"]?.median ?? NaN),
      "start p99": of("startP99"),
      "completion p99": of("completionP99"),
      "query p99": of("queryP99"),
      MiB: of("memoryMiB"),
      "measured on": measuredOn(),
    };
  });
  // Each ratio is one within its own run, so that lines of earlier runs stay true beside those of this one.
  const earlier = await kept("changes", "Changes");
  await keep("changes", {
    title: "What each choice gives",
    method: `One activity per workflow, ${inFlight} open, on the dev stack. Each line is a stack of its own with one thing changed; medians of ${effort.rounds} rounds in turn, ${effort.measureSeconds} s each after ${effort.warmUpSeconds} s of warming up. "ratio of them" is that of the workflows per second to those of the stack as it is in the same run. "ratio" is processor time per workflow against the stack as it is in the same run, each taken as a multiple of the load generator's own, which does the same for all and tells how fast the shared machine was at the time: above 1 means that the change costs. "untuned" takes back all that decision 0010 keeps. Lines of earlier runs are kept.`,
    tables: { Changes: mergedRows("change", Object.keys(choices), earlier, measured) },
  });
}
