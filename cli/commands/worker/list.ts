/**
 * `resource-temporal worker list` and `worker describe`.
 */
import { status } from "@grpc/grpc-js";
import { isGrpcServiceError } from "@temporalio/client";
import { UserError } from "../../../offline/user-error.ts";
import { type Frontend, type FrontendChoice, withFrontend } from "../../gateway.ts";
import { type Limited, warnOfMore } from "../../limited.ts";
import { shown } from "../../output.ts";
import { taskQueueTypes } from "../../task-queues/input.ts";
import { polledBy } from "../../task-queues/pollers.ts";
import { workerDetails, workerText } from "../../workers/details.ts";
import {
  withPollers,
  workersText,
  workerSummary,
  type WorkerSummary,
} from "../../workers/worker.ts";

/** How answers are shown. */
export interface Shown {
  readonly format: "text" | "json";
}

/** Which workers are wanted; all when nothing is named. */
export interface WorkerFilter {
  readonly taskQueue?: string;
  /** The name of a Worker Deployment. */
  readonly deployment?: string;
  readonly buildId?: string;
}

/**
 * Lists workers that send heartbeats, and those that poll the task queue that is named. The first heartbeat comes one interval after a worker's start; the
 * server knows the last for 5 minutes, and none right after a restart of matching. Gives the exit code.
 */
export async function listWorkers(
  choice: FrontendChoice,
  { limit, format, ...filter }: WorkerFilter & Shown & { readonly limit: number },
): Promise<number> {
  const { taskQueue } = filter;
  const now = Date.now();
  const all = await withFrontend(choice, async (frontend) => {
    const heard = await heardWorkers(frontend, now);
    if (taskQueue === undefined) return heard;
    const polled = await polledBy(frontend, taskQueue, taskQueueTypes);
    const mine = heard.filter((worker) => worker.taskQueue === taskQueue);
    return withPollers(mine, polled, { taskQueue, now });
  });
  const wanted = all.filter((worker) => isWanted(worker, filter)).sort(byTaskQueue);
  const found: Limited<WorkerSummary> = {
    items: wanted.slice(0, limit),
    more: wanted.length > limit,
  };
  console.log(shown(found.items, format, workersText));
  warnOfMore(found);
  if (wanted.length === 0 && taskQueue === undefined) {
    console.error(
      "workers are listed by heartbeats, the first a minute after their start: --task-queue finds them by their polls as well",
    );
  }
  return 0;
}

/** The server can choose workers itself, but compares names with quotes as SQL writes them (temporal/common/sqlquery). */
function isWanted({ version }: WorkerSummary, { deployment, buildId }: WorkerFilter): boolean {
  return (
    (deployment === undefined || version?.deploymentName === deployment) &&
    (buildId === undefined || version?.buildId === buildId)
  );
}

function byTaskQueue(one: WorkerSummary, other: WorkerSummary): number {
  return (
    one.taskQueue.localeCompare(other.taskQueue) ||
    one.identity.localeCompare(other.identity) ||
    (one.workerInstanceKey ?? "").localeCompare(other.workerInstanceKey ?? "")
  );
}

/** Workers of one answer; each takes about a kilobyte. */
const pageSize = 500;

async function heardWorkers(
  { connection: { workflowService }, namespace }: Frontend,
  now: number,
): Promise<readonly WorkerSummary[]> {
  const workers: WorkerSummary[] = [];
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const page = await workflowService.listWorkers({ namespace, pageSize, nextPageToken });
    // `workers`, which is to replace it, has neither heartbeats nor slots.
    for (const { workerHeartbeat } of page.workersInfo) {
      if (workerHeartbeat) workers.push(workerSummary(workerHeartbeat, now));
    }
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
  return workers;
}

/**
 * Shows everything that a worker says of itself. Gives the exit code.
 *
 * @throws UserError when the server knows no such worker.
 */
export async function describeWorker(
  choice: FrontendChoice,
  { workerInstanceKey, format }: Shown & { readonly workerInstanceKey: string },
): Promise<number> {
  const now = Date.now();
  const worker = await withFrontend(choice, async (frontend) => {
    const { connection, namespace } = frontend;
    try {
      const { workerInfo } = await connection.workflowService.describeWorker({
        namespace,
        workerInstanceKey,
      });
      return workerDetails(workerInfo?.workerHeartbeat ?? {}, now);
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== status.NOT_FOUND) throw error;
      // Where no worker was ever heard of, the server says that there is no namespace, and names it by its id.
      if (error.details === `Namespace ${namespace} is not found.`) throw error;
      throw new UserError(
        `no worker ${workerInstanceKey} has sent a heartbeat in the last 5 minutes: \`resource-temporal worker list\` names those that did`,
      );
    }
  });
  console.log(shown(worker, format, workerText));
  return 0;
}
