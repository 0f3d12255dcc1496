/**
 * Ways to run Temporal side by side, on the same machine, in turn: `npm run bench`, the dev stack beside Temporal CLI's development server and
 * the server in one process; and `npm run bench -- kubernetes`, on Kubernetes beside the dev stack on Docker.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Load, type Shape, shapes, shapeTitles, whileOpen } from "./generator.ts";
import {
  type ByPart,
  type Figures,
  measure,
  type Measurement,
  memoryOf,
  total,
  usedBetween,
} from "./measure.ts";
import { keep, type Table } from "./results.ts";
import { median, shown, summary } from "./statistics.ts";
import { allInOne, devServer, devServerOnDisk } from "./subjects/peers.ts";
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
  readonly idlePercent: number;
  /** Memory of each part, in MiB: at rest, after the load that took most, and with workflows that wait. */
  readonly idle: ByPart;
  readonly busy: ByPart;
  readonly open: ByPart;
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
  readonly subjects: readonly (() => Promise<Subject>)[];
}

/** The dev stack beside its peers. */
export const compare = (effort: Effort): Promise<void> =>
  run(effort, {
    name: "compare",
    title: "The dev stack beside its peers",
    about: `"platform" is this project's dev stack, "start-dev" Temporal CLI's development server with its database in memory, where an end of the process loses everything, "start-dev on disk" the same with a file, "all-in-one" the server in one process with what the official compose file gives it and PostgreSQL as it comes. The load goes to the frontend's container without a published port`,
    subjects: [platform, devServer, devServerOnDisk, allInOne],
  });

/** The platform on Kubernetes beside the dev stack on Docker. */
export const compareTargets = (effort: Effort): Promise<void> =>
  run(effort, {
    name: "kubernetes",
    title: "The platform on Kubernetes",
    about: `"Kubernetes" is the platform with one replica of each role, "platform" the dev stack on this machine's Docker. The load goes through the gateway, from outside the cluster. What the cluster's own programs use is not counted`,
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
        console.log(`round ${round}: ${subject.name}`);
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
  const open = await whileOpen(address, openWorkflows, async () =>
    memoryOf(await subject.counters()),
  );
  await subject.halt();
  return {
    idlePercent: (100_000 * total(usedBetween(before, after))) / rest,
    idle: memoryOf(after),
    busy: Object.values(measured)
      .map(({ memory }) => memory)
      .reduce((most, one) => (total(one) > total(most) ? one : most)),
    open,
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
  const rounds = (pick: (turn: Turn) => Figures) => (name: string) =>
    (turns.get(name) ?? []).map(pick);
  const byShape: Table = shapes.flatMap((shape) =>
    names.map((name) => {
      const { figures, ratios, spread } = compared(
        names,
        name,
        rounds((turn) => turn.shapes[shape].figures),
      );
      return {
        shape: shapeTitles[shape],
        subject: name,
        "workflows/s": figures("workflowsPerSecond"),
        "transitions/s": figures("transitionsPerSecond"),
        "processor ms/workflow": figures("processorPerWorkflow"),
        "ms/transition": figures("processorPerTransition"),
        ...ratios,
        "spread %": spread,
        "start p50/p99": `${figures("startP50")} / ${figures("startP99")}`,
        "completion p50/p99": `${figures("completionP50")} / ${figures("completionP99")}`,
        "query p50/p99": `${figures("queryP50")} / ${figures("queryP99")}`,
        "generator ms/workflow": figures("generatorPerWorkflow"),
      };
    }),
  );
  const paced: Table = names.map((name) => {
    const { figures } = compared(
      names,
      name,
      rounds((turn) => turn.paced.figures),
    );
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
      (turns.get(name) ?? []).map(({ idlePercent, idle, busy, open }) => ({
        ...{ idlePercent, idle: total(idle), busy: total(busy), open: total(open) },
      })),
    );
    return {
      subject: name,
      "idle MiB": shown(middle.idle.median),
      "under load MiB": shown(middle.busy.median),
      [`${openWorkflows} open MiB`]: shown(middle.open.median),
      "idle % of a processor": shown(middle.idlePercent.median),
    };
  });
  const parts: Table = names.flatMap((name) => {
    const all = turns.get(name) ?? [];
    const middle = (pick: (turn: Turn) => ByPart) => summary(all.map(pick));
    const perTransition = ({ shapes: { activity } }: Turn): ByPart => {
      const { workflowsPerSecond, transitionsPerSecond } = activity.figures;
      return mapValues(activity.parts, (ms) => (ms * workflowsPerSecond) / transitionsPerSecond);
    };
    const columns = {
      "processor ms/workflow": middle((turn) => turn.shapes.activity.parts),
      "ms/transition": middle(perTransition),
      "idle MiB": middle((turn) => turn.idle),
      "under load MiB": middle((turn) => turn.busy),
      [`${openWorkflows} open MiB`]: middle((turn) => turn.open),
    };
    return Object.keys(all[0]?.idle ?? {}).map((part) => ({
      subject: name,
      container: part,
      ...mapValues(columns, (column) => shown(column[part]?.median ?? NaN)),
    }));
  });
  await keep(file, {
    title,
    method: `Medians of ${effort.rounds} rounds in turn, ${effort.measureSeconds} s each after ${effort.warmUpSeconds} s of warming up. ${about}. "to …" is processor time per workflow against that of another, in each round; "spread" is how far the rounds lie apart, as a share of the median. Latencies in milliseconds; processor time of all containers of a subject, without the load generator, whose own is the last column.`,
    tables: {
      [`As fast as it goes, ${inFlight} workflows open`]: byShape,
      [`One activity, ${perSecond} workflows/s`]: paced,
      Memory: memory,
      "Containers: processor time with one activity, memory": parts,
    },
  });
}

/** A subject's medians, and its processor time per workflow against the others': the median of what it is in each round. */
function compared(
  names: readonly string[],
  name: string,
  rounds: (name: string) => readonly Figures[],
): {
  figures: (key: keyof Figures) => string;
  ratios: Readonly<Record<string, string>>;
  spread: string;
} {
  const own = rounds(name);
  const middle: Readonly<Record<string, { median: number; spread: number }>> = summary(own);
  const ratioTo = (other: string): number => {
    const theirs = rounds(other);
    return median(
      own.map(
        ({ processorPerWorkflow }, round) =>
          processorPerWorkflow / (theirs[round]?.processorPerWorkflow ?? NaN),
      ),
    );
  };
  const [, ...peers] = names;
  return {
    figures: (key) => shown(middle[key]?.median ?? NaN),
    ratios: Object.fromEntries(peers.map((peer) => [`to ${peer}`, shown(ratioTo(peer))] as const)),
    spread: shown(100 * (middle["processorPerWorkflow"]?.spread ?? NaN)),
  };
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
