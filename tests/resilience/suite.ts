/**
 * What a cluster survives, the same on every target: faults under a steady load of workflows with timers, signals, retries and activities,
 * whose ends are checked and whose effects are counted in a ledger of their own. Nothing may be lost or done twice; what clients and
 * operators notice is written to test-results/resilience-….json.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serviceRoles } from "../../platform/roles.ts";
import type { Running, Subject } from "../../testkit/subject.ts";
import { type Figures, type Load, underLoad, type Verdict } from "../../testkit/load.ts";
import { writeResults } from "../../testkit/results.ts";
import { cut, exhaustMemory, kill, pause, type Process } from "./host.ts";

/** A cluster that things are done to. */
export interface Victim extends Subject {
  /** The main processes of a workload's replicas. */
  processes(workload: string): Promise<readonly Process[]>;
  /** What an operator sees that is not as it should be, such as `history-0: restarting`. */
  complaints(): Promise<readonly string[]>;
  /** Restarts a workload as an operator would. */
  restart(workload: string): Promise<void>;
}

/** Something that happens; it is over when the promise is fulfilled. */
export interface Fault {
  readonly name: string;
  readonly happen: (victim: Victim) => Promise<void>;
  /** Whether the SDK's retries hide it from the program; what takes the database away for long does not. */
  readonly hidden: boolean;
}

/** Workflows started in a second. */
const startsPerSecond = 5;

/** Workflows that are completed before and after each fault, so that there is something to compare. */
const some = 20;

/** How long networks are cut and PostgreSQL stands still, in milliseconds. */
export const outage = 30_000;

const all = async (victim: Victim, ...workloads: readonly string[]): Promise<Process[]> =>
  (await Promise.all(workloads.map((workload) => victim.processes(workload)))).flat();

const between = (one: string, other: string): Fault => ({
  name: `network cut between ${one} and ${other} for 30 s`,
  hidden: false,
  happen: async (victim: Victim): Promise<void> =>
    cut(await all(victim, one), await all(victim, other), outage),
});

/** Every target's faults. */
export const faults: readonly Fault[] = [
  ...serviceRoles.map((role) => ({
    name: `${role} killed`,
    hidden: true,
    happen: async (victim: Victim): Promise<void> => {
      kill((await victim.processes(role)).slice(0, 1));
    },
  })),
  {
    name: "all roles killed at once",
    hidden: false,
    happen: async (victim: Victim): Promise<void> => {
      kill(await all(victim, ...serviceRoles));
    },
  },
  {
    name: "PostgreSQL killed",
    hidden: false,
    happen: async (victim: Victim): Promise<void> => {
      kill(await victim.processes("postgres"));
    },
  },
  {
    name: "PostgreSQL restarted",
    hidden: false,
    happen: (victim: Victim): Promise<void> => victim.restart("postgres"),
  },
  {
    name: "PostgreSQL paused for 30 s",
    hidden: false,
    happen: async (victim: Victim): Promise<void> =>
      pause(await victim.processes("postgres"), outage),
  },
  {
    // A process that starts without the database cannot find the others, and may believe to be alone (temporal issue 9987).
    name: "PostgreSQL paused for 30 s, frontend and history killed meanwhile",
    hidden: false,
    happen: async (victim: Victim): Promise<void> => {
      const pausing = pause(await victim.processes("postgres"), outage);
      await sleep(outage / 6);
      kill(await all(victim, "frontend", "history"));
      await pausing;
    },
  },
  between("frontend", "history"),
  between("history", "postgres"),
  {
    name: "history out of memory",
    hidden: true,
    happen: async (victim: Victim): Promise<void> => {
      const [first] = await victim.processes("history");
      if (first === undefined) throw new Error("history has no process");
      await exhaustMemory(first);
    },
  },
];

/** The rows of the table. */
type Row = { readonly fault: string; readonly seen: readonly string[] } & Figures &
  Pick<Verdict, "started" | "repetitions"> & {
    readonly lost: number;
    readonly duplicates: number;
    /** Time from the fault's end until every replica was healthy, in seconds. */
    readonly healthyAfter: number;
  };

/**
 * Runs faults against one cluster, one after the other.
 *
 * @param address Where the load goes.
 */
export function resilience(
  title: string,
  arrange: () => Promise<{ readonly victim: Victim; readonly address: string }>,
  list: readonly Fault[],
): void {
  let victim: Victim;
  let address: string;
  let before: Running;
  const report: Row[] = [];

  beforeAll(async () => {
    ({ victim, address } = await arrange());
    before = await victim.running();
  });

  afterAll(async () => {
    await victim.dispose();
    console.table(report.map(({ seen, ...row }) => ({ ...row, seen: seen.length })));
    await writeResults(`resilience-${title}`, report);
  });

  const byName = list.map((fault) => [fault.name, fault] as const);
  it.each(byName)("%s: nothing is lost, nothing done twice", async (name, fault) => {
    const { happen, hidden } = fault;
    const [noticed, verdict] = await underLoad(address, startsPerSecond, (load) =>
      notice(load, victim, before, happen),
    );
    const { lost, duplicates, started, repetitions } = verdict;
    report.push({
      ...{ fault: name, ...noticed, started, repetitions },
      ...{ lost: lost.length, duplicates: duplicates.length },
    });
    expect(verdict.faults).toEqual([]);
    if (hidden) expect(noticed.failedAfterRetries).toBe(0);
  });
}

/** Lets a fault happen, and gives what was seen of it until everything was healthy and at work again. */
async function notice(
  load: Load,
  victim: Victim,
  before: Running,
  happen: Fault["happen"],
): Promise<Figures & { readonly healthyAfter: number; readonly seen: readonly string[] }> {
  await load.completes(some);
  const watched = watch(victim);
  const moment = load.now();
  await happen(victim);
  const over = load.now();
  // An engine takes a moment to see that a process is gone.
  await sleep(1000);
  await expect
    .poll(async () => counts(await victim.running()), { timeout: 180_000, interval: 500 })
    .toEqual(counts(before));
  const healthyAfter = Math.round((load.now() - over) / 100) / 10;
  await load.completes(some);
  const figures = load.since(moment);
  return { healthyAfter, ...figures, seen: await watched.stop() };
}

/** Collects what an operator could see. */
function watch(victim: Victim): { stop(): Promise<readonly string[]> } {
  const seen = new Set<string>();
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      // Nobody answers while the engine itself is away.
      const complaints = await victim.complaints().catch(() => ["the engine does not answer"]);
      for (const complaint of complaints) seen.add(complaint);
      await sleep(500, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await watching;
      return [...seen];
    },
  };
}

function counts(running: Running): object {
  return Object.fromEntries(
    Object.entries(running).map(([workload, replicas]) => [workload, replicas.length]),
  );
}
