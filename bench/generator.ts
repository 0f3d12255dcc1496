/**
 * The load: a Go program of our own (bench/generator/), because a TypeScript worker would take the processor from the server that is
 * measured. Its own share of the processor is part of every result.
 */
import { createInterface } from "node:readline";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { ensureGo, goBuilt, goPins } from "../offline/go.ts";
import { pathsOf } from "../offline/paths.ts";

/** Kinds of load, see bench/generator/shapes.go. */
export const shapes = ["activity", "sequence", "signals", "timers", "queues"] as const;
export type Shape = (typeof shapes)[number];

/** What every shape does, for tables. */
export const shapeTitles: Readonly<Record<Shape, string>> = {
  activity: "one activity",
  sequence: "ten activities in sequence",
  signals: "three signals, three queries",
  timers: "three timers",
  queues: "one activity, 50 task queues",
};

/** How much load, and for how long. */
export interface Load {
  readonly shape: Shape;
  /** Workflows open at a time, each replaced as it ends; or starts in a second, whatever is open. */
  readonly pace: { readonly inFlight: number } | { readonly perSecond: number };
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
  /** Whether the client asks for the first workflow task with the start. */
  readonly eagerStart?: boolean;
  /** Whether workers choose how many pollers they have, rather than ten of each kind. */
  readonly autoscale?: boolean;
}

const latency = z.object({ p50: z.number(), p99: z.number() });

const measured = z.object({
  seconds: z.number(),
  processorSeconds: z.number(),
  completed: z.number(),
  failed: z.number(),
  start: latency,
  completion: latency,
  query: latency,
});

const event = z.discriminatedUnion("event", [
  z.object({ event: z.literal("begin") }),
  measured.extend({ event: z.literal("end") }),
  z.object({ event: z.literal("failure"), message: z.string() }),
  z.object({ event: z.literal("parked"), count: z.number() }),
]);

/** What the generator saw; latencies in milliseconds. */
export type Measured = z.infer<typeof measured>;

const sources = ["main.go", "load.go", "shapes.go"];

async function program(): Promise<string> {
  const { cache } = pathsOf(process.env);
  const go = await ensureGo(cache);
  const moduleDir = join(import.meta.dirname, "generator");
  const output = join(
    cache,
    "programs",
    `bench-generator-${await goPins(go, moduleDir, sources)}`,
    "generator",
  );
  const made = { moduleDir, package: ".", output };
  return goBuilt("compile the load generator", go, made, console.log);
}

/**
 * Puts a load on a server.
 *
 * @param counters Reads the server's counters; called when counting begins and ends.
 */
export async function generate<T>(
  address: string,
  load: Load,
  counters: () => Promise<T>,
): Promise<{ readonly seen: Measured; readonly before: T; readonly after: T }> {
  const { pace } = load;
  const flags = {
    address,
    shape: load.shape,
    ...("inFlight" in pace ? { "in-flight": pace.inFlight } : { rate: pace.perSecond }),
    "warm-up": `${load.warmUpSeconds}s`,
    measure: `${load.measureSeconds}s`,
    eager: load.eagerStart ?? false,
    autoscale: load.autoscale ?? false,
  };
  let before: T | undefined;
  let after: T | undefined;
  let seen: Measured | undefined;
  const running = execa(await program(), flagsOf(flags), { buffer: { stdout: false } });
  for await (const line of createInterface({ input: running.stdout })) {
    const said = event.parse(JSON.parse(line));
    if (said.event === "begin") before = await counters();
    if (said.event === "end") {
      after = await counters();
      seen = measured.parse(said);
    }
    if (said.event === "failure") console.log(`  a workflow failed: ${said.message}`);
  }
  await running;
  if (before === undefined || after === undefined || seen === undefined)
    throw new Error("the load generator said nothing");
  return { seen, before, after };
}

/** Keeps workflows open, in the server and in their worker's cache, while something is done. */
export async function whileOpen<T>(
  address: string,
  count: number,
  work: () => Promise<T>,
): Promise<T> {
  const running = execa(await program(), flagsOf({ address, park: count }), { stdin: "pipe" });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: running.stdout }).once("line", () => {
      resolve();
    });
    running.catch(reject);
  });
  const given = await work();
  running.stdin.end();
  await running;
  return given;
}

function flagsOf(flags: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(flags).map(([flag, value]) => `-${flag}=${String(value)}`);
}
