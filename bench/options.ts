/**
 * `npm run bench -- options`: what options of the platform cost a stack on Docker that nobody uses: containers, memory and processor time. What a
 * Prometheus costs under load is a choice of `npm run bench -- changes`.
 */
import { type Idle, type IdleContainer, idleOf, together } from "./idle.ts";
import { keep, type Table } from "./results.ts";
import { median, shown } from "./statistics.ts";
import { type Change, platform } from "./subjects/platform.ts";

/** How often, and how long each stack is left alone for its figures. */
export interface OptionsEffort {
  readonly rounds: number;
  readonly idleSeconds: number;
}

/** What others are compared with. */
const base = "none";

/** Nobody is told: nothing is wrong while it is measured, and nobody listens there. */
const receivers = {
  nobody: {
    ...{ kind: "email", to: "nobody@localhost", from: "nobody@localhost" },
    ...{ smarthost: "127.0.0.1:25", tls: "off" },
  },
};

const monitored = (more: object = {}): object => ({ monitoring: { kind: "managed", ...more } });

/** The options by what they are called, in the order in which they take turns. */
const options: Readonly<Record<string, Change>> = {
  [base]: {},
  Prometheus: { cluster: monitored(), optionalImages: ["prometheus", "postgresExporter"] },
  "Prometheus and Alertmanager": {
    cluster: monitored({ alertmanager: { kind: "managed", receivers } }),
    optionalImages: ["prometheus", "postgresExporter", "alertmanager"],
  },
  "managed archival": {
    cluster: { archival: { kind: "managed" } },
    optionalImages: ["archive"],
  },
  "managed visibility": {
    cluster: { visibility: { kind: "managed" } },
    optionalImages: ["opensearch"],
  },
  // Says how much of the differences is chance.
  "none, once more": {},
};

/** Measures, and writes docs/benchmarks/options.md. */
export async function measureOptions({ rounds, idleSeconds }: OptionsEffort): Promise<void> {
  const seen = new Map<string, Idle[]>();
  for (let round = 1; round <= rounds; round++) {
    for (const [option, change] of Object.entries(options)) {
      console.log(`round ${round} of ${rounds}: ${option}`);
      const subject = await platform(option, change);
      try {
        const idle = await idleOf(subject.docker, subject.stack.name, idleSeconds);
        seen.set(option, [...(seen.get(option) ?? []), idle]);
        const { share, memoryMiB } = together(idle.containers);
        console.log(`  ${shown(100 * share)} % of a core, ${Math.round(memoryMiB)} MiB`);
      } finally {
        await subject.dispose();
      }
    }
  }
  await keep("options", {
    title: "What options cost a stack that nobody uses",
    method: `The dev stack on Docker, a new one for each option, one after the other in one run; medians of ${rounds} rounds. Processor time as a share of one core, over ${idleSeconds} s that begin a minute after \`up\`; memory at their end. "of those" is what the containers have that the option adds; "more" is the whole stack, or the whole machine with its engine, against the stack without options in the same round, which includes what the option makes the others do. "none, once more" is the same stack at the end of the round: its differences are chance.`,
    tables: { Options: optionsTable(seen), "Containers of the options": containersTable(seen) },
  });
}

function optionsTable(seen: ReadonlyMap<string, readonly Idle[]>): Table {
  return [...seen].map(([option, rounds]) => {
    const figure = (of: (idle: Idle, without: Idle) => number): number =>
      median(rounds.map((idle, round) => of(idle, without(seen, round))));
    const stack = ({ containers }: Idle) => together(containers);
    const own = (idle: Idle, before: Idle) => together(addedTo(before, idle));
    return {
      option,
      "containers more": figure((idle, before) => addedTo(before, idle).length),
      "MiB of those": Math.round(figure((idle, before) => own(idle, before).memoryMiB)),
      "% of a core of those": shown(100 * figure((idle, before) => own(idle, before).share)),
      "MiB of all": Math.round(figure((idle) => stack(idle).memoryMiB)),
      "MiB more": Math.round(
        figure((idle, before) => stack(idle).memoryMiB - stack(before).memoryMiB),
      ),
      "% of a core of all": shown(100 * figure((idle) => stack(idle).share)),
      "% of a core more": shown(
        100 * figure((idle, before) => stack(idle).share - stack(before).share),
      ),
      "% more of the machine": shown(100 * figure((idle, before) => idle.machine - before.machine)),
    };
  });
}

function containersTable(seen: ReadonlyMap<string, readonly Idle[]>): Table {
  return [...seen].flatMap(([option, rounds]) => {
    const names = addedTo(without(seen, 0), rounds[0]).map(({ name }) => name);
    return names.map((name) => {
      const of = (what: "share" | "memoryMiB"): number =>
        median(
          rounds.map(
            ({ containers }) => containers.find((one) => one.name === name)?.[what] ?? NaN,
          ),
        );
      return {
        option,
        container: name,
        "% of a core": shown(100 * of("share")),
        "memory (MiB)": Math.round(of("memoryMiB")),
      };
    });
  });
}

const nothing: Idle = { containers: [], machine: NaN };

/** The stack without options in a round. */
function without(seen: ReadonlyMap<string, readonly Idle[]>, round: number): Idle {
  return seen.get(base)?.[round] ?? nothing;
}

/** Containers that the other stack does not have. */
function addedTo(before: Idle, { containers }: Idle = nothing): readonly IdleContainer[] {
  const known = new Set(before.containers.map(({ name }) => name));
  return containers.filter(({ name }) => !known.has(name));
}
