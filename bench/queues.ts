/**
 * `npm run bench -- queues`: what a task queue that somebody polls costs matching and the frontend in memory, by the number of its partitions.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "@temporalio/client";
import { readCosts, writeCosts } from "./costs-file.ts";
import { useOf } from "./meter.ts";
import { keep, type Table } from "./results.ts";
import { shown } from "./statistics.ts";
import { platform, type Platform } from "./subjects/platform.ts";

/** Task queues that are polled at the same time; the first is what to compare with. */
const steps = [0, 250, 500, 1000];

/** The server's default, and one (temporal/common/dynamicconfig/constants.go, `matching.numTaskqueueReadPartitions`). */
const partitions = [4, 1];

/** Time for matching to load what is polled, and for Go to collect what that left, in seconds. */
const settleSeconds = 15;

/** Open calls of one connection. */
const pollsPerConnection = 100;

/** Go's garbage stays small beside what is alive, so that the container's memory shows the latter. */
const environment = { GOGC: "20" };

/** MiB by role. */
type Memory = Readonly<Record<"matching" | "frontend" | "history", number>>;

/** Runs the measurement and writes its table. */
export async function measureQueues(): Promise<void> {
  const rows: Table[number][] = [];
  for (const count of partitions) {
    const dynamicConfig = {
      "matching.numTaskqueueReadPartitions": count,
      "matching.numTaskqueueWritePartitions": count,
    };
    const memory = { resources: { memory: "3GiB" } };
    const server = { dynamicConfig, roles: { matching: memory, frontend: memory } };
    const subject = await platform("queues", { server, environment });
    try {
      const address = await subject.resume();
      rows.push(...(await rowsOf(subject, address, count)));
    } finally {
      await subject.dispose();
    }
  }
  const most = rows.find((row) => row["partitions"] === 4 && row["task queues"] === steps.at(-1));
  const kibibytes = (role: string): number => Number(most?.[`${role} KiB/task queue`]);
  await writeCosts({
    ...readCosts(),
    taskQueueKiB: { matching: kibibytes("matching"), frontend: kibibytes("frontend") },
  });
  await keep("queues", {
    title: "Task queues in memory",
    method: `One workflow task poll on each of so many task queues, straight to the frontend, ${settleSeconds} s after the last was opened; GOGC ${environment.GOGC}, so that little of the memory is garbage. KiB are what a task queue adds to the stack without any.`,
    tables: { "Polled task queues": rows },
  });
}

async function rowsOf(
  subject: Platform,
  address: string,
  partitionCount: number,
): Promise<Table[number][]> {
  const rows: Table[number][] = [];
  const polls = new Polls(address);
  try {
    let before: Memory | undefined;
    for (const queues of steps) {
      await polls.open(queues);
      await sleep(settleSeconds * 1000);
      const now = await memoryOf(subject);
      before ??= now;
      const first = before;
      const perQueue = (role: keyof Memory): string =>
        queues === 0 ? "" : shown((1024 * (now[role] - first[role])) / queues);
      rows.push({
        partitions: partitionCount,
        "task queues": queues,
        "matching MiB": shown(now.matching),
        "frontend MiB": shown(now.frontend),
        "history MiB": shown(now.history),
        "matching KiB/task queue": perQueue("matching"),
        "frontend KiB/task queue": perQueue("frontend"),
        "failed polls": polls.failed,
      });
    }
  } finally {
    await polls.close();
  }
  return rows;
}

async function memoryOf({ docker, parts }: Platform): Promise<Memory> {
  const of = async (role: keyof Memory): Promise<number> =>
    (await useOf(docker, parts[role] ?? "")).memoryMiB;
  return {
    matching: await of("matching"),
    frontend: await of("frontend"),
    history: await of("history"),
  };
}

/** Polls, each on a task queue of its own, that are made again when the server ends them with nothing. */
class Polls {
  readonly #address: string;
  readonly #connections: Connection[] = [];
  #open = 0;
  #closed = false;
  failed = 0;

  constructor(address: string) {
    this.#address = address;
  }

  /** Opens polls until there are so many. */
  async open(count: number): Promise<void> {
    for (; this.#open < count; this.#open++) {
      if (this.#open % pollsPerConnection === 0)
        this.#connections.push(
          await Connection.connect({ address: this.#address, interceptors: [] }),
        );
      void this.#poll(this.#connections.at(-1), `queue-${this.#open}`);
      // A hundred in a second are what a fleet of workers does at its start, and none of the server's limits.
      await sleep(10);
    }
  }

  /** Ends them all. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  async #poll(connection: Connection | undefined, name: string): Promise<void> {
    while (connection !== undefined && !this.#closed) {
      try {
        await connection.withDeadline(Date.now() + 70_000, () =>
          connection.workflowService.pollWorkflowTaskQueue({
            namespace: "default",
            taskQueue: { name },
            identity: "bench",
          }),
        );
      } catch {
        this.failed++;
        await sleep(1000);
      }
    }
  }
}
