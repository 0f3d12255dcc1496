/**
 * Closed workflows that wait for their archival, and how history works them off.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { archiveName, bucketUrl, objectStore } from "../platform/archival.ts";
import { execIn } from "../testkit/exec.ts";
import { clusterWith } from "../testkit/clusters.ts";
import { inFlight } from "./compare.ts";
import { generate } from "./generator.ts";
import { machineSeconds } from "./idle.ts";
import { archivedHistories, type Counters } from "./meter.ts";
import type { Platform } from "./subjects/platform.ts";

/** Namespace of the load. */
const namespace = "default";

/** Longest time until a closed workflow's archival is due: the default of `history.archivalProcessorArchiveDelay`, of which the server takes a random share. */
const delayMilliseconds = 5 * 60_000;

/** Time without a further history after which all that were due should be archived. */
const quietMilliseconds = 5_000;

const pollMilliseconds = 500;

/** Longest time that is waited for anything. */
const patienceMilliseconds = 5 * 60_000;

/** A stack that is stopped and has closed workflows which are not archived. */
export interface Backlog {
  readonly subject: Platform;
  /** Closed workflows; the few whose archival was due before the stack was stopped are in the bucket already. */
  readonly closed: number;
  /** When the archival of all of them is due, as `Date.now()`. */
  readonly dueAt: number;
}

/** Closes so many workflows or somewhat more on a stack that archives, as fast as it goes, and stops it. */
export async function backlogOn(subject: Platform, workflows: number): Promise<Backlog> {
  const address = await subject.resume();
  const load = { shape: "activity", pace: { inFlight }, warmUpSeconds: 0 } as const;
  let closed = 0;
  while (closed < workflows) {
    await generate(address, { ...load, measureSeconds: 10 }, () => Promise.resolve("nothing"));
    closed = await closedOn(address);
    console.log(`  ${closed} workflows are closed`);
  }
  const dueAt = Date.now() + delayMilliseconds;
  await subject.halt();
  return { subject, closed, dueAt };
}

/** Waits until all of a backlog is due, so that nothing but the archival itself takes time. */
export async function due({ dueAt }: Backlog): Promise<void> {
  const wait = Math.max(0, dueAt - Date.now());
  console.log(`  all are due in ${Math.round(wait / 1000)} s`);
  await sleep(wait);
}

/** What there was at a moment. */
export interface Sample {
  /** Histories that have been written since history's start. */
  readonly archived: number;
  readonly counters: Counters;
  /** Processor time of the whole machine, in seconds. */
  readonly machineSeconds: number;
  /** By a clock that only goes forward. */
  readonly milliseconds: number;
}

/** What there is now. */
export async function sampleOf(subject: Platform): Promise<Sample> {
  const archived = archivedHistories(await subject.metricsText());
  // The clock and the machine's time belong together; the containers' take a moment to read.
  const moment = { milliseconds: performance.now(), machineSeconds: await machineSeconds() };
  return { archived, ...moment, counters: await subject.counters() };
}

/** Starts the stack, and watches until the whole backlog is in the bucket: from the first to the last history that is written. */
export async function workedOff(backlog: Backlog): Promise<readonly [first: Sample, last: Sample]> {
  const { subject } = backlog;
  // History starts last, so that the others' start is not counted, and none of them is missing when the first history is written.
  for (const [part, id] of Object.entries(subject.parts)) {
    if (part !== "history") await subject.docker.getContainer(id).start();
  }
  const [first] = await Promise.all([firstWritten(subject), subject.resume()]);
  return [first, await settled(backlog, first)];
}

/** Waits for the first history that is written after a start. */
async function firstWritten(subject: Platform): Promise<Sample> {
  const deadline = performance.now() + patienceMilliseconds;
  while (performance.now() < deadline) {
    await sleep(pollMilliseconds);
    // Not all of it may be up yet.
    const now = await sampleOf(subject).catch(() => undefined);
    if (now !== undefined && now.archived > 0) return now;
  }
  throw new Error("no history was archived");
}

/**
 * Watches until nothing further is written and the whole backlog is in the bucket.
 *
 * @returns The moment of the last history.
 * @throws Error when some are still missing after a while.
 */
export async function settled({ subject, closed }: Backlog, first: Sample): Promise<Sample> {
  const deadline = performance.now() + patienceMilliseconds;
  let last = first;
  for (;;) {
    await sleep(pollMilliseconds);
    const now = await sampleOf(subject);
    if (now.archived > last.archived) last = now;
    if (now.milliseconds - last.milliseconds < quietMilliseconds) continue;
    const objects = await historiesIn(subject);
    if (objects >= closed) return last;
    if (performance.now() > deadline)
      throw new Error(`${closed} workflows are closed, and ${objects} of them are in the bucket`);
    // One that failed is tried again.
    await sleep(quietMilliseconds);
  }
}

/** Closed workflows, when none runs any more. */
async function closedOn(address: string): Promise<number> {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection, namespace });
    // Lists learn of an end a moment later.
    while ((await workflow.count('ExecutionStatus = "Running"')).count > 0) await sleep(500);
    return (await workflow.count('ExecutionStatus = "Completed"')).count;
  } finally {
    await connection.close();
  }
}

/** Objects with a history, of which each workflow of the load has one. */
async function historiesIn({ docker, parts }: Platform): Promise<number> {
  const store = objectStore(clusterWith({ archival: { kind: "managed" } }));
  if (store === undefined) throw new Error("there is no object store");
  const container = docker.getContainer(parts[archiveName] ?? "");
  let found = 0;
  let token: string | undefined;
  do {
    // In the order of their names, as the signature wants it.
    const query = [
      ...(token === undefined ? [] : [`continuation-token=${encodeURIComponent(token)}`]),
      ...["list-type=2", "max-keys=1000"],
    ].join("&");
    const url = `${bucketUrl(store)}?${query}`;
    const curl = `exec curl --fail --silent --show-error --aws-sigv4 aws:amz:${store.region}:s3 --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$0"`;
    const { exitCode, output } = await execIn(container, ["/bin/sh", "-c", curl, url]);
    if (exitCode !== 0) throw new Error(`the bucket cannot be listed: ${output.slice(0, 500)}`);
    found += [...output.matchAll(/<Key>[^<]*\/history\//g)].length;
    token = /<NextContinuationToken>([^<]+)</.exec(output)?.[1];
  } while (token !== undefined);
  return found;
}
