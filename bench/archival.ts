/**
 * `npm run bench -- archival`: how many closed workflows history writes to a managed object store in a second, what that takes and what bounds it, and
 * what workflows that run meanwhile notice.
 */
import { availableParallelism } from "node:os";
import {
  type Backlog,
  backlogOn,
  due,
  sampleOf,
  type Sample,
  settled,
  workedOff,
} from "./backlog.ts";
import { generate, type Measured } from "./generator.ts";
import { total, usedBetween } from "./measure.ts";
import { keep, type Table } from "./results.ts";
import { shown, summary } from "./statistics.ts";
import { type Change, devStack, platform } from "./subjects/platform.ts";

/** How much is measured. */
export interface ArchivalEffort {
  /** How often everything is done. */
  readonly rounds: number;
  /** Closed workflows of each backlog, at least. */
  readonly workflows: number;
  /** How long workflows run beside an archival, and how long without one. */
  readonly seconds: number;
}

/** Workflows started in a second beside an archival: few, so that it is the archival that they notice. */
const startsPerSecond = 5;

const archived = { archival: { history: "enabled", visibility: "enabled" } };

/** What the queue of archival is limited by, ten times the server's defaults (temporal/common/dynamicconfig/constants.go). */
const tenfold = {
  "history.archivalTaskBatchSize": 1000,
  "history.archivalProcessorMaxPollRPS": 200,
  "history.archivalProcessorSchedulerWorkerCount": 5120,
  "history.archivalBackendMaxRPS": 100_000,
};

const archiving = (settings: object = {}): Change => ({
  cluster: { archival: { kind: "managed" }, namespaces: { default: archived } },
  server: { dynamicConfig: { ...devStack.dynamicConfig, ...settings } },
  optionalImages: ["archive"],
});

/** Stacks whose backlogs are worked off with nothing else to do, by what they are called. */
const alone: Readonly<Record<string, Change>> = {
  "the server's defaults": archiving(),
  "limits ten times as high": archiving(tenfold),
};

/** Figures of a backlog that was worked off. */
type Figures = Readonly<
  Record<"histories" | "seconds" | "perSecond" | "machine" | "own" | "all" | Part, number>
>;

/** Parts that archival takes processor time of. */
const parts = ["history", "archive", "postgres"] as const;
type Part = (typeof parts)[number];

/** What a client saw, and what was archived meanwhile. */
interface Noticed {
  readonly seen: Measured;
  readonly archivedPerSecond: number;
  /** Histories since history's start, when the client's measurement ended. */
  readonly archivedAtEnd: number;
}

/** Measures, and writes docs/benchmarks/archival.md. */
export async function measureArchival(effort: ArchivalEffort): Promise<void> {
  const worked = new Map<string, Figures[]>();
  const noticed = { during: [] as Noticed[], after: [] as Noticed[] };
  for (let round = 1; round <= effort.rounds; round++) {
    const backlogs = new Map<string, Backlog>();
    const subjects: { dispose(): Promise<void> }[] = [];
    const prepare = async (
      name: string,
      change: Change,
      workflows = effort.workflows,
    ): Promise<Backlog> => {
      console.log(`round ${round} of ${effort.rounds}: a backlog for: ${name}`);
      const subject = await platform(name, change);
      subjects.push(subject);
      return backlogOn(subject, workflows);
    };
    try {
      // All of them wait at the same time until everything is due.
      for (const [name, change] of Object.entries(alone))
        backlogs.set(name, await prepare(name, change));
      // The load begins some seconds after history, and must end before the backlog does.
      const beside = await prepare("beside a load", archiving(), 2 * effort.workflows);
      for (const [name, backlog] of backlogs) {
        console.log(`round ${round}: ${name}`);
        await due(backlog);
        const figures = figuresOf(await workedOff(backlog));
        console.log(`  ${shown(figures.perSecond)} workflows/s`);
        worked.set(name, [...(worked.get(name) ?? []), figures]);
        await backlog.subject.halt();
      }
      console.log(`round ${round}: beside a load`);
      await due(beside);
      const address = await beside.subject.resume();
      const during = await noticedOn(beside, address, effort);
      noticed.during.push(during);
      const { archived: all } = await settled(beside, await sampleOf(beside.subject));
      // Some of these are the load's own.
      if (all - during.archivedAtEnd < startsPerSecond * effort.seconds)
        console.log("  the backlog ended before the load: take more --workflows");
      noticed.after.push(await noticedOn(beside, address, effort));
    } finally {
      for (const subject of subjects) await subject.dispose();
    }
  }
  await keep("archival", {
    title: "How fast closed workflows are archived",
    method: `${effort.workflows} workflows with one activity or somewhat more, closed on the dev stack on Docker with history and visibility of the namespace archived to the managed object store. The stack is stopped until the archival of all is due (five minutes), and then started: history works them off as fast as it can, and reads each from PostgreSQL, since it has just started. From the first history that is written to the last, after which as many objects are in the bucket as workflows are closed; medians of ${effort.rounds} rounds. "processors in use": by the whole machine, and by the containers of the stack. "limits": batch size, polls, concurrent tasks and requests of the queue of archival. Beside a load: ${startsPerSecond} workflows/s with one activity over ${effort.seconds} s while a backlog of twice the size is worked off, and again on the same stack when it is; latencies in milliseconds. Their own archival is due within the five minutes after.`,
    tables: { "A backlog": backlogTable(worked), "Beside a load": loadTable(noticed) },
  });
}

function figuresOf([first, last]: readonly [first: Sample, last: Sample]): Figures {
  const histories = last.archived - first.archived;
  const seconds = (last.milliseconds - first.milliseconds) / 1000;
  const used = usedBetween(first.counters, last.counters);
  const perWorkflow = (processorSeconds: number): number => (1000 * processorSeconds) / histories;
  const [history = NaN, archive = NaN, postgres = NaN] = parts.map((part) =>
    perWorkflow(used[part] ?? NaN),
  );
  return {
    ...{ histories, seconds, perSecond: histories / seconds },
    machine: (last.machineSeconds - first.machineSeconds) / seconds,
    own: total(used) / seconds,
    ...{ all: perWorkflow(total(used)), history, archive, postgres },
  };
}

function backlogTable(worked: ReadonlyMap<string, readonly Figures[]>): Table {
  return [...worked].map(([name, rounds]) => {
    const figures = summary(rounds);
    const of = (key: keyof Figures): string => shown(figures[key].median);
    return {
      "queue of archival": name,
      histories: of("histories"),
      seconds: of("seconds"),
      "workflows/s": of("perSecond"),
      "spread %": shown(100 * figures.perSecond.spread),
      "processors in use": `${of("machine")} of ${availableParallelism()}`,
      "by the stack": of("own"),
      "processor ms/workflow": of("all"),
      "of which history": of("history"),
      "object store": of("archive"),
      PostgreSQL: of("postgres"),
    };
  });
}

/** Puts the small load on a stack. */
async function noticedOn(
  { subject }: Backlog,
  address: string,
  { seconds }: ArchivalEffort,
): Promise<Noticed> {
  const { seen, before, after } = await generate(
    address,
    {
      ...{ shape: "activity", pace: { perSecond: startsPerSecond } },
      ...{ warmUpSeconds: 2, measureSeconds: seconds },
    },
    () => sampleOf(subject),
  );
  const { archived: archivedAtEnd } = after;
  return {
    seen,
    archivedPerSecond: (archivedAtEnd - before.archived) / seen.seconds,
    archivedAtEnd,
  };
}

function loadTable({
  during,
  after,
}: Readonly<Record<"during" | "after", readonly Noticed[]>>): Table {
  const figures = (rounds: readonly Noticed[]) =>
    summary(
      rounds.map(({ seen: { start, completion, failed }, archivedPerSecond }) => ({
        ...{ archivedPerSecond, failed, startP50: start.p50, startP99: start.p99 },
        ...{ completionP50: completion.p50, completionP99: completion.p99 },
      })),
    );
  const [busy, idle] = [figures(during), figures(after)];
  const row = (moment: string, of: (key: keyof typeof busy) => number): Table[number] => ({
    moment,
    "archived workflows/s": shown(of("archivedPerSecond")),
    "start p50": shown(of("startP50")),
    "start p99": shown(of("startP99")),
    "completion p50": shown(of("completionP50")),
    "completion p99": shown(of("completionP99")),
    failed: of("failed"),
  });
  return [
    row("while a backlog is archived", (key) => busy[key].median),
    row("when it is", (key) => idle[key].median),
    {
      ...row("ratio", (key) => busy[key].median / idle[key].median),
      "archived workflows/s": "",
      failed: "",
    },
  ];
}
