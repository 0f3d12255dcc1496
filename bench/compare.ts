/**
 * Ways to run Temporal side by side, on the same machine, in turn: `npm run bench`, the dev stack beside Temporal CLI's development server and
 * the server in one process; and `npm run bench -- kubernetes`, on Kubernetes beside the dev stack on Docker.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, type Shape, shapes, shapeTitles, whileOpen } from "./generator.ts";
import { type Figures, measure, type Measurement, memoryOf } from "./measure.ts";
import { keep, type Table } from "./results.ts";
import { shown, summary } from "./statistics.ts";
import { allInOne, devServer } from "./subjects/peers.ts";
import { platformOnKubernetes } from "./subjects/kubernetes.ts";
import { platform } from "./subjects/platform.ts";
import { serving, type Subject } from "./subjects/subject.ts";

/** How long and how often. */
export interface Effort {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
}

/** Workflows open at a time in the measurements that go as fast as they can. */
export const inFlight = 40;

/** Workflows started in a second in the measurement of latency; about half of what the slowest subject can. */
const perSecond = 15;

/** Workflows that wait, for the measurement of memory. */
const openWorkflows = 1000;

/** Time to come to rest, in milliseconds. */
const rest = 15_000;

interface Turn {
  readonly idle: { readonly memoryMiB: number; readonly processorPercent: number };
  readonly busyMiB: number;
  readonly openMiB: number;
  readonly shapes: Readonly<Record<Shape, Measurement>>;
  readonly paced: Measurement;
}

/** What is compared. */
interface Comparison {
  /** Of the files with the tables. */
  readonly name: string;
  readonly title: string;
  /** Who the subjects are, and how the load reaches them. */
  readonly about: string;
  /** The one that the ratios are of, and its peers. */
  readonly subjects: readonly (() => Promise<Subject>)[];
}

/** The dev stack beside its peers. */
export const compare = (effort: Effort): Promise<void> =>
  run(effort, {
    name: "compare",
    title: "The dev stack beside its peers",
    about: `"platform" is this project's dev stack, "start-dev" Temporal CLI's development server with its database in memory, "all-in-one" the server in one process with what the official compose file gives it and PostgreSQL as it comes. The load goes to the frontend's container without a published port. "ratio" is processor time per workflow against the better of the two peers`,
    subjects: [platform, devServer, allInOne],
  });

/** The platform on Kubernetes beside the dev stack on Docker. */
export const compareTargets = (effort: Effort): Promise<void> =>
  run(effort, {
    name: "kubernetes",
    title: "The platform on Kubernetes",
    about: `"Kubernetes" is the platform with one replica of each role, "platform" the dev stack on this machine's Docker. The load goes through the gateway, from outside the cluster. What the cluster's own programs use is not counted. "ratio" is processor time per workflow against Docker`,
    subjects: [platformOnKubernetes, throughGateway],
  });

/** The dev stack, reached as from another machine. */
async function throughGateway(): Promise<Subject> {
  const subject = await platform();
  return {
    ...subject,
    async resume() {
      await subject.resume();
      await serving(subject.published.gateway);
      return subject.published.gateway;
    },
  };
}

/** Runs a comparison and writes its tables. */
async function run(effort: Effort, comparison: Comparison): Promise<void> {
  const subjects: Subject[] = [];
  const turns = new Map<string, Turn[]>();
  try {
    for (const make of comparison.subjects) {
      const subject = await make();
      subjects.push(subject);
      await subject.resume();
      await subject.halt();
    }
    for (let round = 1; round <= effort.rounds; round++) {
      for (const subject of subjects) {
        console.log(`round ${String(round)}: ${subject.name}`);
        const turn = await takeTurn(subject, effort);
        turns.set(subject.name, [...(turns.get(subject.name) ?? []), turn]);
      }
    }
  } finally {
    for (const subject of subjects) await subject.dispose();
  }
  await report(turns, effort, comparison);
}

async function takeTurn(subject: Subject, effort: Effort): Promise<Turn> {
  const address = await subject.resume();
  await sleep(rest);
  const before = await subject.counters();
  await sleep(rest);
  const after = await subject.counters();
  const idleSeconds =
    Object.values(after.containers).reduce((sum, use) => sum + use.processorSeconds, 0) -
    Object.values(before.containers).reduce((sum, use) => sum + use.processorSeconds, 0);
  const of = async (shape: Shape, pace: Load["pace"]): Promise<Measurement> => {
    const measurement = await measure(subject, address, { shape, pace, ...effort });
    const { workflowsPerSecond, processorPerWorkflow, queryP99 } = measurement.figures;
    console.log(
      `  ${shape}: ${shown(workflowsPerSecond)} workflows/s, ${shown(processorPerWorkflow)} ms each, query p99 ${shown(queryP99)} ms`,
    );
    return measurement;
  };
  const measured: Partial<Record<Shape, Measurement>> = {};
  for (const shape of shapes) measured[shape] = await of(shape, { inFlight });
  const paced = await of("activity", { perSecond });
  const openMiB = await whileOpen(address, openWorkflows, async () =>
    memoryOf(await subject.counters()),
  );
  await subject.halt();
  return {
    idle: { memoryMiB: memoryOf(after), processorPercent: (100_000 * idleSeconds) / rest },
    busyMiB: Math.max(...Object.values(measured).map(({ figures }) => figures.memoryMiB)),
    openMiB,
    shapes: measured as Record<Shape, Measurement>,
    paced,
  };
}

async function report(
  turns: ReadonlyMap<string, readonly Turn[]>,
  effort: Effort,
  { name: file, title, about }: Comparison,
): Promise<void> {
  const names = [...turns.keys()];
  const of = (name: string, pick: (turn: Turn) => Figures) =>
    summary((turns.get(name) ?? []).map(pick));
  const byShape: Table = shapes.flatMap((shape) =>
    names.map((name) => {
      const { figures, ratio, spread } = compared(names, name, (other) =>
        of(other, (turn) => turn.shapes[shape].figures),
      );
      return {
        shape: shapeTitles[shape],
        subject: name,
        "workflows/s": figures("workflowsPerSecond"),
        "transitions/s": figures("transitionsPerSecond"),
        "processor ms/workflow": figures("processorPerWorkflow"),
        "ms/transition": figures("processorPerTransition"),
        ratio,
        "spread %": spread,
        "start p50/p99": `${figures("startP50")} / ${figures("startP99")}`,
        "completion p50/p99": `${figures("completionP50")} / ${figures("completionP99")}`,
        "query p50/p99": `${figures("queryP50")} / ${figures("queryP99")}`,
        "generator ms/workflow": figures("generatorPerWorkflow"),
      };
    }),
  );
  const paced: Table = names.map((name) => {
    const { figures } = compared(names, name, (other) => of(other, (turn) => turn.paced.figures));
    return {
      subject: name,
      "processor ms/workflow": figures("processorPerWorkflow"),
      "start p50/p99": `${figures("startP50")} / ${figures("startP99")}`,
      "completion p50/p99": `${figures("completionP50")} / ${figures("completionP99")}`,
      "query p50/p99": `${figures("queryP50")} / ${figures("queryP99")}`,
    };
  });
  const memory: Table = names.map((name) => {
    const middle = summary(
      (turns.get(name) ?? []).map(({ idle, busyMiB, openMiB }) => ({ ...idle, busyMiB, openMiB })),
    );
    return {
      subject: name,
      "idle MiB": shown(middle.memoryMiB.median),
      "idle % of a processor": shown(middle.processorPercent.median),
      "under load MiB": shown(middle.busyMiB.median),
      [`${String(openWorkflows)} open MiB`]: shown(middle.openMiB.median),
    };
  });
  const parts: Table = names.flatMap((name) => {
    const middle = summary((turns.get(name) ?? []).map((turn) => turn.shapes.activity.parts));
    return Object.entries(middle).map(([part, value]) => ({
      subject: name,
      container: part,
      "processor ms/workflow": shown(value.median),
    }));
  });
  await keep(file, {
    title,
    method: `Medians of ${String(effort.rounds)} rounds in turn, ${String(effort.measureSeconds)} s each after ${String(effort.warmUpSeconds)} s of warming up. ${about}; "spread" is how far the rounds lie apart, as a share of the median. Latencies in milliseconds; processor time of all containers of a subject, without the load generator, whose own is the last column.`,
    tables: {
      [`As fast as it goes, ${String(inFlight)} workflows open`]: byShape,
      [`One activity, ${String(perSecond)} workflows/s`]: paced,
      Memory: memory,
      "Processor time by container, one activity": parts,
    },
  });
}

function compared(
  names: readonly string[],
  name: string,
  of: (name: string) => Readonly<Record<keyof Figures, { median: number; spread: number }>>,
): { figures: (key: string) => string; ratio: string; spread: string } {
  const own = of(name);
  const per = (other: string): number => of(other)["processorPerWorkflow"]?.median ?? NaN;
  const [, ...peers] = names;
  return {
    figures: (key) => shown(own[key]?.median ?? NaN),
    ratio: shown(per(name) / Math.min(...peers.map(per))),
    spread: shown(100 * (own["processorPerWorkflow"]?.spread ?? NaN)),
  };
}
