/**
 * `resource-temporal worker deployment list` and `describe`.
 */
import { status } from "@grpc/grpc-js";
import { isGrpcServiceError } from "@temporalio/client";
import { UserError } from "../../../offline/user-error.ts";
import { type Frontend, type FrontendChoice, withFrontend } from "../../gateway.ts";
import { limited, warnOfMore } from "../../limited.ts";
import { shown } from "../../output.ts";
import { backlogIn, type Version, versionIn } from "../../task-queues/description.ts";
import { typeOf } from "../../task-queues/type.ts";
import { numberIn } from "../../../clients/wire.ts";
import {
  type DeploymentAnswer,
  deploymentDescription,
  type DeploymentDescription,
  deploymentSummary,
  type DeploymentSummary,
  deploymentVersion,
  type DeploymentVersion,
  statusOf,
  type VersionAnswer,
  type VersionTaskQueue,
} from "../../workers/deployment.ts";
import { deploymentsText, deploymentText } from "../../workers/deployment-text.ts";
import type { Shown } from "./list.ts";

/** Lists the Worker Deployments of a namespace; the server's list learns of changes after some seconds. Gives the exit code. */
export async function listDeployments(
  choice: FrontendChoice,
  { limit, format }: Shown & { readonly limit: number },
): Promise<number> {
  const found = await withFrontend(choice, (frontend) => limited(deploymentsOf(frontend), limit));
  console.log(shown(found.items, format, deploymentsText));
  warnOfMore(found);
  return 0;
}

async function* deploymentsOf({
  connection: { workflowService },
  namespace,
}: Frontend): AsyncGenerator<DeploymentSummary> {
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const page = await workflowService.listWorkerDeployments({ namespace, nextPageToken });
    for (const answer of page.workerDeployments) yield deploymentSummary(answer);
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
}

/**
 * Shows a Worker Deployment and all its versions. Gives the exit code.
 *
 * @throws UserError when there is no such Worker Deployment.
 */
export async function describeDeployment(
  choice: FrontendChoice,
  {
    name,
    reportTaskQueueStats = false,
    format,
  }: Shown & { readonly name: string; readonly reportTaskQueueStats?: boolean },
): Promise<number> {
  const deployment = await withFrontend(choice, (frontend) =>
    describedDeployment(frontend, name, reportTaskQueueStats),
  );
  console.log(shown(deployment, format, deploymentText));
  return 0;
}

/** A Worker Deployment with what each version polls, and how many workflows keep a draining one. */
export async function describedDeployment(
  frontend: Frontend,
  name: string,
  reportTaskQueueStats = false,
): Promise<DeploymentDescription> {
  const answer = await deploymentAnswer(frontend, name);
  const versions: DeploymentVersion[] = [];
  // One after the other: there may be 100, and the server answers 50 such calls a second (`frontend.globalNamespaceWorkerDeploymentReadRPS`).
  for (const one of answer.versionSummaries ?? []) {
    versions.push(await describedVersion(frontend, one, reportTaskQueueStats));
  }
  return deploymentDescription(answer, versions);
}

/**
 * What the server says of a Worker Deployment.
 *
 * @throws Error in the server's words when there is none of this name.
 */
export async function deploymentAnswer(
  { connection: { workflowService }, namespace }: Frontend,
  deploymentName: string,
): Promise<DeploymentAnswer> {
  const answer = await workflowService.describeWorkerDeployment({ namespace, deploymentName });
  return answer.workerDeploymentInfo ?? {};
}

/**
 * A version of a Worker Deployment.
 *
 * @throws UserError when it has none of this build id.
 */
export function versionOf(answer: DeploymentAnswer, buildId: string): VersionAnswer {
  const versions = answer.versionSummaries ?? [];
  const found = versions.find((one) => one.deploymentVersion?.buildId === buildId);
  if (found !== undefined) return found;
  const names = versions.map((one) => one.deploymentVersion?.buildId ?? "");
  throw new UserError(
    `Worker Deployment ${answer.name ?? ""} has no version ${buildId}; there are: ${names.join(", ") || "none"}`,
  );
}

async function describedVersion(
  frontend: Frontend,
  answer: VersionAnswer,
  reportTaskQueueStats: boolean,
): Promise<DeploymentVersion> {
  const version = versionIn(answer.deploymentVersion);
  const taskQueues =
    version === undefined ? [] : await taskQueuesOf(frontend, version, reportTaskQueueStats);
  if (version === undefined || statusOf(answer) !== "Draining") {
    return deploymentVersion(answer, { taskQueues });
  }
  const runningPinnedWorkflows = await countPinned(frontend, version);
  return deploymentVersion(answer, { runningPinnedWorkflows, taskQueues });
}

/** The task queues of a version, by name and type; none of one that was deleted meanwhile. */
async function taskQueuesOf(
  { connection: { workflowService }, namespace }: Frontend,
  version: Version,
  reportTaskQueueStats: boolean,
): Promise<readonly VersionTaskQueue[]> {
  try {
    const { versionTaskQueues } = await workflowService.describeWorkerDeploymentVersion({
      namespace,
      deploymentVersion: version,
      reportTaskQueueStats,
    });
    return versionTaskQueues
      .map(({ name, type, stats }) => ({
        name: name ?? "",
        type: typeOf(type) ?? ("unspecified" as const),
        ...(reportTaskQueueStats ? { backlog: backlogIn(stats) } : {}),
      }))
      .sort(
        (one, other) => one.name.localeCompare(other.name) || other.type.localeCompare(one.type),
      );
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === status.NOT_FOUND) return [];
    throw error;
  }
}

/** How many workflows run and are pinned to a version, by the server's own query (`makeDeploymentQuery`, temporal/service/worker/workerdeployment). */
export async function countPinned(
  { connection: { workflowService }, namespace }: Frontend,
  { deploymentName, buildId }: Version,
): Promise<number> {
  const version = `${deploymentName}:${buildId}`.replaceAll("'", "''");
  const { count } = await workflowService.countWorkflowExecutions({
    namespace,
    query: `TemporalWorkerDeploymentVersion = '${version}' AND TemporalWorkflowVersioningBehavior = 'Pinned' AND ExecutionStatus = 'Running'`,
  });
  return numberIn(count);
}
