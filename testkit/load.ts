/**
 * A steady load of workflows, and what became of each: requests that failed before and after the SDK's retries, latencies, pauses, and
 * workflows that were lost or ended wrongly.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Interceptor,
  InterceptingCall,
  ListenerBuilder,
  RequesterBuilder,
  status as codes,
} from "@grpc/grpc-js";
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  WorkflowFailedError,
} from "@temporalio/client";
import { taskQueue, withWorker } from "./worker.ts";
import { audit } from "./ledger.ts";
import { goSignal, journey, journeyActivities, stageQuery } from "./workflows.ts";

/** What was seen of the load from one moment on. */
export interface Figures {
  readonly seconds: number;
  /** Workflows that ended well. */
  readonly completed: number;
  /** Requests as they went over the wire. */
  readonly attempts: number;
  readonly failedBeforeRetries: number;
  /** What the program saw: calls that failed after all retries. */
  readonly failedAfterRetries: number;
  /** Latency of starts, signals and queries with their retries, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Longest time without a completed workflow, in milliseconds. */
  readonly longestPause: number;
}

/** What became of all workflows in the end. */
export interface Verdict {
  readonly started: number;
  readonly completed: number;
  /** Workflows that did not end, or not as they should, and why. */
  readonly lost: readonly string[];
  /** What the activities' own ledger holds against the server, see {@link audit}. */
  readonly duplicates: readonly string[];
  /** All of these together. */
  readonly faults: readonly string[];
  /** Times that an activity was done again, see {@link audit}. */
  readonly repetitions: number;
}

interface Call {
  readonly at: number;
  readonly milliseconds: number;
  readonly failed: boolean;
}

interface Attempt {
  readonly at: number;
  readonly failed: boolean;
}

/** How long workflows may take to end after the last one was started, in milliseconds. */
const timeoutMs = 120_000;

/** Runs a load while something is done, and gives what that gave and what became of the workflows. */
export async function underLoad<T>(
  address: string,
  startsPerSecond: number,
  work: (load: Load) => Promise<T>,
): Promise<readonly [T, Verdict]> {
  return withWorker(address, async () => {
    const load = new Load();
    const connection = await Connection.connect({
      address,
      // Outermost first: every try of a retried request passes the last one.
      interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), load.counting],
    });
    try {
      const client = new Client({ connection });
      const stop = load.start(client, startsPerSecond);
      let given: T;
      try {
        given = await work(load);
      } finally {
        await stop();
      }
      await load.listed(client);
      return [given, load.verdict()];
    } finally {
      await connection.close();
    }
  });
}

/** A running load. */
export class Load {
  readonly #calls: Call[] = [];
  readonly #attempts: Attempt[] = [];
  readonly #prefix = `journey-${randomBytes(3).toString("hex")}`;
  readonly #completions: number[] = [];
  readonly #completed: string[] = [];
  readonly #lost: string[] = [];
  #started = 0;

  /** Notes every request as it goes over the wire. */
  readonly counting: Interceptor = (options, nextCall) =>
    new InterceptingCall(
      nextCall(options),
      new RequesterBuilder()
        .withStart((metadata, _listener, next) => {
          const listener = new ListenerBuilder()
            .withOnReceiveStatus((status, nextStatus) => {
              const failed = status.code !== codes.OK && status.code !== codes.CANCELLED;
              this.#attempts.push({ at: performance.now(), failed });
              nextStatus(status);
            })
            .build();
          next(metadata, listener);
        })
        .build(),
    );

  /** The moment, for {@link since}. */
  now(): number {
    return performance.now();
  }

  /** What was seen since a moment. */
  since(moment: number): Figures {
    const end = performance.now();
    const calls = this.#calls.filter(({ at }) => at >= moment);
    const attempts = this.#attempts.filter(({ at }) => at >= moment);
    const completions = this.#completions.filter((at) => at >= moment);
    const times = calls.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    const marks = [moment, ...completions, end];
    const pauses = marks.slice(1).map((mark, index) => mark - (marks[index] ?? mark));
    return {
      seconds: Math.round((end - moment) / 100) / 10,
      completed: completions.length,
      attempts: attempts.length,
      failedBeforeRetries: attempts.filter(({ failed }) => failed).length,
      failedAfterRetries: calls.filter(({ failed }) => failed).length,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      longestPause: Math.round(Math.max(...pauses)),
    };
  }

  /** Waits until so many more workflows have ended well. */
  async completes(count: number): Promise<void> {
    const wanted = this.#completions.length + count;
    const deadline = Date.now() + timeoutMs;
    while (this.#completions.length < wanted) {
      if (Date.now() > deadline) throw new Error("no more workflows are completed");
      await sleep(50);
    }
  }

  /** What became of all workflows; complete when the load has stopped. */
  verdict(): Verdict {
    const { faults: duplicates, repetitions } = audit(
      this.#prefix,
      this.#completed,
      journeyActivities,
    );
    return {
      started: this.#started,
      completed: this.#completed.length,
      lost: this.#lost,
      duplicates,
      faults: [...this.#lost, ...duplicates],
      repetitions,
    };
  }

  /** Waits until the server lists every workflow as completed, once. */
  async listed(client: Client): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const query = `WorkflowId STARTS_WITH "${this.#prefix}-"`;
      const { count } = await client.workflow.count(query);
      const ended = await client.workflow.count(`${query} AND ExecutionStatus = "Completed"`);
      if (count === this.#started && ended.count === this.#completed.length) return;
      if (Date.now() > deadline) {
        this.#lost.push(
          `of ${this.#started} workflows ${count} are listed, ${ended.count} as completed`,
        );
        return;
      }
      await sleep(500);
    }
  }

  /** Starts workflows until the function that it gives is called, which waits for all of them. */
  start(client: Client, perSecond: number): () => Promise<void> {
    const stopping = new AbortController();
    const journeys: Promise<void>[] = [];
    const ticking = (async () => {
      for (let number = 0; !stopping.signal.aborted; number++) {
        journeys.push(this.#travel(client, `${this.#prefix}-${number}`, number));
        await sleep(1000 / perSecond, undefined, { signal: stopping.signal }).catch(
          () => undefined,
        );
      }
    })();
    return async () => {
      stopping.abort();
      await ticking;
      await Promise.all(journeys);
    };
  }

  async #travel(client: Client, workflowId: string, number: number): Promise<void> {
    this.#started++;
    try {
      const handle = await this.#called(() =>
        client.workflow.start(journey, {
          ...{ workflowId, taskQueue, args: [number] },
          // A start that was done although its answer was lost is the one that is meant.
          workflowIdConflictPolicy: "USE_EXISTING",
          workflowIdReusePolicy: "REJECT_DUPLICATE",
        }),
      );
      await sleep(300);
      await this.#called(() => handle.query(stageQuery));
      await this.#called(() => handle.signal(goSignal, 7));
      const result = await insist(() =>
        client.withDeadline(Date.now() + timeoutMs, () => handle.result()),
      );
      if (result !== 4 * number + 7) throw new Error(`it gave ${result}`);
      this.#completions.push(performance.now());
      this.#completed.push(workflowId);
    } catch (error) {
      this.#lost.push(`${workflowId}: ${describe(error)}`);
    }
  }

  /** Makes a call as often as its failures can be taken back: what fails after the SDK's retries is noted, and made again by hand. */
  async #called<T>(call: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const start = performance.now();
      const note = (failed: boolean): void => {
        const now = performance.now();
        this.#calls.push({ at: now, milliseconds: now - start, failed });
      };
      try {
        const given = await call();
        note(false);
        return given;
      } catch (error) {
        note(true);
        if (Date.now() > deadline) throw error;
        await sleep(200);
      }
    }
  }
}

/** Asks for a workflow's result until the server answers, however long it is away. */
async function insist<T>(result: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await result();
    } catch (error) {
      if (error instanceof WorkflowFailedError || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function percentile(sorted: readonly number[], part: number): number {
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * part));
  return Math.round((sorted[index] ?? 0) * 10) / 10;
}
