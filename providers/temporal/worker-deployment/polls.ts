/**
 * Who has polled the task queues of a worker, as of one look.
 */
import type { TaskType } from "./inputs.ts";

/** Who has polled a queue in the last 5 minutes (`matching.PollerHistoryTTL`). */
export interface Poller {
  /** Undefined for unversioned ones. */
  readonly version: { readonly deploymentName: string; readonly buildId: string } | undefined;
  /** When its last poll began, in seconds by the server's clock. */
  readonly since: number;
}

/** A task queue of one type, and who polls it. */
export interface PolledQueue {
  readonly taskQueue: string;
  readonly type: TaskType;
  readonly pollers: readonly Poller[];
}

/** On how many of the queues and types there is somebody. */
export type Extent = "none" | "some" | "all";

/** See above. */
export class Polls {
  readonly queues: readonly PolledQueue[];
  readonly #deploymentName: string;

  constructor(deploymentName: string, queues: readonly PolledQueue[]) {
    this.queues = queues;
    this.#deploymentName = deploymentName;
  }

  /** When a version last polled a queue; 0 for never. */
  last(buildId: string, taskQueue: string, type: TaskType): number {
    const times = this.queues
      .filter((one) => one.taskQueue === taskQueue && one.type === type)
      .flatMap(({ pollers }) => pollers)
      .filter((poller) => this.#isOurs(poller) && poller.version?.buildId === buildId)
      .map(({ since }) => since);
    return Math.max(0, ...times);
  }

  /** Versions of the deployment that have polled. */
  buildIds(): readonly string[] {
    const ours = this.queues.flatMap(({ pollers }) => pollers).filter((one) => this.#isOurs(one));
    return [...new Set(ours.flatMap(({ version }) => version?.buildId ?? []))];
  }

  /** Where unversioned workers poll. */
  unversioned(): Extent {
    const count = this.queues.filter(({ pollers }) =>
      pollers.some(({ version }) => version === undefined),
    ).length;
    return count === 0 ? "none" : count === this.queues.length ? "all" : "some";
  }

  #isOurs({ version }: Poller): boolean {
    return version?.deploymentName === this.#deploymentName;
  }
}
