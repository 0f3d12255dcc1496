/**
 * `resource-temporal worker deployment set-current` and `set-ramping`.
 */
import { status } from "@grpc/grpc-js";
import { isGrpcServiceError } from "@temporalio/client";
import { frontendReason } from "../../../clients/temporal.ts";
import { UserError } from "../../../offline/user-error.ts";
import { type Frontend, type FrontendChoice, withFrontend } from "../../gateway.ts";
import { ownIdentity } from "../../identity.ts";
import { shown } from "../../output.ts";
import type { DeploymentAnswer, DeploymentDescription } from "../../workers/deployment.ts";
import { deploymentText } from "../../workers/deployment-text.ts";
import { deploymentAnswer, describedDeployment, versionOf } from "./deployment.ts";
import type { Shown } from "./list.ts";

/** A change of where tasks go. */
interface Change extends Shown {
  /** The Worker Deployment. */
  readonly name: string;
  /** The version. */
  readonly buildId?: string;
  /** Unversioned workers instead of a version. */
  readonly unversioned?: boolean;
  /** Take a version that no worker has polled for yet. */
  readonly allowNoPollers?: boolean;
  /** Take one that does not poll all the task queues of the current version. */
  readonly ignoreMissingTaskQueues?: boolean;
  /** As whom it is done; {@link ownIdentity} when left out. */
  readonly identity?: string;
}

/**
 * Lets new workflows go to a version, and those that upgrade by themselves; shows the Worker Deployment as it is then. Gives the exit code.
 *
 * @throws UserError when neither a version nor unversioned workers are named, or the server refuses it.
 */
export async function setCurrent(choice: FrontendChoice, change: Change): Promise<number> {
  const { name, buildId = "" } = change;
  wantOne(change);
  return routed(
    choice,
    change,
    ({ connection: { workflowService }, namespace }, options) =>
      workflowService.setWorkerDeploymentCurrentVersion({
        ...{ namespace, deploymentName: name, buildId },
        ...options,
      }),
    ({ currentVersion }) => (currentVersion?.buildId ?? "") === buildId,
  );
}

/** A change of the ramping version. */
export interface RampingChange extends Change {
  /** Share of new workflows. */
  readonly percentage?: number;
  /** Let there be none. */
  readonly delete?: boolean;
}

/**
 * Lets a share of the new workflows go to a version, or ends that; shows the Worker Deployment as it is then. Gives the exit code.
 *
 * @throws UserError when it is not said what is to ramp and how far, or the server refuses it.
 */
export async function setRamping(choice: FrontendChoice, change: RampingChange): Promise<number> {
  const { name, buildId = "", delete: ends = false } = change;
  const { percentage = 0 } = change;
  if (!ends) {
    wantOne(change);
    if (change.percentage === undefined) {
      throw new UserError("nothing was done: name --percentage, the share of new workflows");
    }
    // The server would take it for the end of any ramping.
    if (buildId === "" && percentage === 0) {
      throw new UserError("nothing was done: unversioned workers at 0% are --delete");
    }
  }
  return routed(
    choice,
    change,
    ({ connection: { workflowService }, namespace }, options) =>
      workflowService.setWorkerDeploymentRampingVersion({
        ...{ namespace, deploymentName: name, buildId, percentage },
        ...options,
      }),
    ({ rampingVersion, unversionedPercentage }) =>
      (rampingVersion?.buildId ?? "") === buildId &&
      // The server keeps it in 32 bits.
      (rampingVersion?.percentage ?? unversionedPercentage ?? 0) === Math.fround(percentage),
  );
}

function wantOne({ buildId, unversioned = false }: Change): void {
  if (buildId !== undefined || unversioned) return;
  throw new UserError(
    "nothing was done: name --build-id, or --unversioned for unversioned workers",
  );
}

/** What both calls take. */
interface CallOptions {
  readonly identity: string;
  readonly allowNoPollers: boolean;
  readonly ignoreMissingTaskQueues: boolean;
}

/** Looks first, changes something, and looks whether it is so: servers have said that all is well and changed nothing. */
async function routed(
  choice: FrontendChoice,
  change: Change,
  call: (frontend: Frontend, options: CallOptions) => Promise<unknown>,
  isSo: (deployment: DeploymentDescription) => boolean,
): Promise<number> {
  const { name, buildId, allowNoPollers = false, ignoreMissingTaskQueues = false } = change;
  const { identity = ownIdentity(), format } = change;
  const deployment = await withFrontend(choice, async (frontend) => {
    const before = await answerBefore(frontend, change);
    if (before !== undefined) {
      refuseForeign(before, identity);
      if (buildId !== undefined && !allowNoPollers) refuseUnknown(before, buildId);
    }
    try {
      await call(frontend, { identity, allowNoPollers, ignoreMissingTaskQueues });
    } catch (error) {
      const reason = frontendReason(error);
      if (!reason.includes("is missing active task queues")) throw error;
      throw new UserError(
        `${reason}: start the workers that poll them, or add --ignore-missing-task-queues`,
      );
    }
    return describedDeployment(frontend, name);
  });
  if (!isSo(deployment)) {
    throw new UserError(
      `the server took it, but Worker Deployment ${name} is not so: somebody may have changed it since; \`resource-temporal worker deployment describe --name ${name}\` shows it`,
    );
  }
  console.log(shown(deployment, format, deploymentText));
  return 0;
}

/** Undefined where there is no such Worker Deployment and there need not be one. */
async function answerBefore(
  frontend: Frontend,
  { name, allowNoPollers = false }: Change,
): Promise<DeploymentAnswer | undefined> {
  try {
    return await deploymentAnswer(frontend, name);
  } catch (error) {
    const missing = isGrpcServiceError(error) && error.code === status.NOT_FOUND;
    if (missing && allowNoPollers) return undefined;
    throw error;
  }
}

function refuseUnknown(before: DeploymentAnswer, buildId: string): void {
  try {
    versionOf(before, buildId);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${reason}: start its workers first, or add --allow-no-pollers`);
  }
}

/**
 * Refuses to change what somebody else manages, before the server does.
 *
 * @throws UserError with the manager's identity.
 */
export function refuseForeign({ name, managerIdentity }: DeploymentAnswer, identity: string): void {
  if (!managerIdentity || managerIdentity === identity) return;
  throw new UserError(
    `Worker Deployment ${name ?? ""} is managed by ${managerIdentity}, which alone may change it: let that do it, or add --identity ${managerIdentity} to act as it`,
  );
}
