/**
 * `npm run bench -- up`: how long the whole commands take that a day with a stack is made of, on Docker and on Kubernetes, and what the stack
 * costs while nobody uses it. Each round begins and ends with nothing; the images must be there (`npm run bootstrap`).
 */
import { rm, writeFile } from "node:fs/promises";
import Docker from "dockerode";
import { execa } from "execa";
import { dump } from "js-yaml";
import { imageCatalogue } from "../platform/images.ts";
import { stackLabel } from "../platform/labels.ts";
import { defaultServerVersion } from "../platform/versions.ts";
import { arrangeOnKubernetes } from "../testkit/kubernetes-subject.ts";
import { uniqueName } from "../testkit/leftovers.ts";
import { freePort } from "../testkit/stack.ts";
import setUp from "../testkit/test-cluster.ts";
import { pathsOf } from "../offline/paths.ts";
import { stackFile } from "../cli/pulumi/stack-file.ts";
import { type Idle, idleOf, machineUse, together } from "./idle.ts";
import { keep, type Table } from "./results.ts";
import { median, shown } from "./statistics.ts";
import { devStack } from "./subjects/platform.ts";

/** How often, and how long the stack is left alone for its idle figures. */
export interface UpEffort {
  readonly rounds: number;
  readonly idleSeconds: number;
}

const docker = new Docker();

/** A day's commands in their order, by the name of their row. */
const day = [
  ["up, nothing there before", ["up"]],
  ["up, nothing to change", ["up"]],
  ["down", ["down"]],
  ["up right after down", ["up"]],
  ["destroy", ["destroy", "--yes"]],
] as const satisfies readonly (readonly [row: string, command: readonly string[]])[];

type Row = (typeof day)[number][0];

/** Measures, and writes docs/benchmarks/up.md. */
export async function measureUp({ rounds, idleSeconds }: UpEffort): Promise<void> {
  const idle: Idle[] = [];
  const empty = await machineUse(idleSeconds);
  const onDocker = await days(rounds, await dockerCluster(), async (stack, round) => {
    if (round === 0) idle.push(await idleOf(docker, stack, idleSeconds));
  });
  const tearDown = await setUp(undefined, 1);
  const subject = await arrangeOnKubernetes("bench");
  const onKubernetes = await days(
    rounds,
    { name: subject.name, target: subject.target, server: devStack, onDestroy: "delete" },
    () => Promise.resolve(),
  );
  await subject.dispose();
  await tearDown();
  await keep("up", {
    title: "How long commands take, and what an idle stack costs",
    method: `Seconds of whole \`npm run\` commands, from the shell's point of view: least, median and greatest of ${rounds} rounds. Images are present. ${devStack.numHistoryShards} shards, as in Pulumi.dev.yaml; Kubernetes is a dev cluster on the same machine, with one replica of each role. "restarted": containers that the engine started again by themselves. Idle: processor time as a share of one core, over ${idleSeconds} s that begin a minute after \`up\`; the whole machine's, engine included, on top of what it uses without containers.`,
    tables: {
      Docker: onDocker,
      Kubernetes: onKubernetes,
      Idle: idle.flatMap((one) => idleTable(one, empty)),
      Images: await images(),
    },
  });
}

interface DayCluster {
  readonly name: string;
  readonly target: object;
  readonly server?: object;
  /** What `destroy` does to data; a day ends with it. */
  readonly onDestroy: "delete";
}

async function dockerCluster(): Promise<DayCluster> {
  const publish = { ui: await freePort(), frontend: await freePort() };
  return {
    name: "bench",
    target: { kind: "docker", publish },
    server: devStack,
    onDestroy: "delete",
  };
}

/** Some days with a stack of their own, as a table. */
async function days(
  rounds: number,
  cluster: DayCluster,
  whileUp: (stack: string, round: number) => Promise<void>,
): Promise<Table> {
  const stack = uniqueName("bench");
  const file = stackFile(pathsOf(process.env).project, stack);
  await writeFile(file, dump({ config: { "temporal-platform:clusters": [cluster] } }));
  const seconds = new Map<Row, number[]>(day.map(([row]) => [row, []]));
  let restarted = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [row, command] of day) {
        const start = performance.now();
        await npm(stack, command);
        seconds.get(row)?.push((performance.now() - start) / 1000);
        if (row === "up right after down") restarted += await restarts(stack);
        if (row === "up, nothing to change") await whileUp(stack, round);
      }
    }
  } finally {
    await npm(stack, ["destroy", "--yes", "--remove"]).catch(() => undefined);
    await rm(file, { force: true });
  }
  return day.map(([row]) => {
    const values = seconds.get(row) ?? [];
    return {
      command: row,
      "least s": shown(Math.min(...values)),
      "median s": shown(median(values)),
      "greatest s": shown(Math.max(...values)),
      restarted: row === "up right after down" ? restarted : "",
    };
  });
}

async function npm(stack: string, [command = "", ...more]: readonly string[]): Promise<void> {
  await execa("npm", ["run", "-s", command, "--", "--stack", stack, ...more], { stdin: "ignore" });
}

async function restarts(stack: string): Promise<number> {
  const found = await docker.listContainers({ filters: { label: [`${stackLabel}=${stack}`] } });
  const counts = await Promise.all(
    found.map(async ({ Id }) => (await docker.getContainer(Id).inspect()).RestartCount),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function idleTable({ containers, machine }: Idle, empty: number): Table {
  const all = together(containers);
  const row = (what: string, share: number, memoryMiB?: number): Table[number] => ({
    what,
    "% of a core": shown(100 * share),
    "memory (MiB)": memoryMiB === undefined ? "" : Math.round(memoryMiB),
  });
  return [
    ...containers
      .toSorted((a, b) => b.share - a.share)
      .map(({ name, share, memoryMiB }) => row(name, share, memoryMiB)),
    row("all containers", all.share, all.memoryMiB),
    row("the whole machine, above an empty engine", machine - empty),
  ];
}

async function images(): Promise<Table> {
  const table: Table[number][] = [];
  for (const { reference } of Object.values(imageCatalogue(defaultServerVersion))) {
    const { Size } = await docker.getImage(reference).inspect();
    table.push({ image: reference, "unpacked (MB)": Math.round(Size / 1e6) });
  }
  return table;
}
