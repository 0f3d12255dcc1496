/**
 * `resource-temporal worker deployment drain` and `delete-version`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { frontendReason } from "../../../clients/temporal.ts";
import { UserError } from "../../../offline/user-error.ts";
import { confirm } from "../../confirm.ts";
import { type Frontend, type FrontendChoice, withFrontend } from "../../gateway.ts";
import { ownIdentity } from "../../identity.ts";
import { durationText } from "../../output.ts";
import { statusOf } from "../../workers/deployment.ts";
import { countPinned, deploymentAnswer, versionOf } from "./deployment.ts";
import { refuseForeign } from "./routing.ts";

/** A version that is meant. */
interface VersionChoice {
  /** The Worker Deployment. */
  readonly name: string;
  readonly buildId: string;
}

/** How a version is doing. */
export interface Drainage {
  /** Inactive, Current, Ramping, Draining, Drained or Created. */
  readonly status: string;
  /** Workflows that run and are pinned to it, while it is draining. */
  readonly pinned: number;
}

/** Time between two looks, in seconds; the server itself counts every 3 minutes. */
const lookSeconds = 5;

/**
 * Waits until a version has drained, so that its workers can go. Gives the exit code: 1 when the time is over before.
 *
 * @throws UserError while it is current or ramping, or when there is no such version.
 */
export async function drainVersion(
  choice: FrontendChoice,
  { name, buildId, timeout }: VersionChoice & { readonly timeout: number },
): Promise<number> {
  const last = await withFrontend(choice, (frontend) =>
    drained(() => drainageOf(frontend, { name, buildId }), {
      seconds: timeout,
      wait: (seconds) => sleep(seconds * 1000),
      tell: ({ pinned }) => {
        console.error(`draining: ${pinnedText(pinned)}`);
      },
    }),
  );
  const version = `version ${buildId} of Worker Deployment ${name}`;
  if (last.status === "Draining") {
    throw new UserError(
      `${version} is still draining after ${durationText(timeout)}: ${pinnedText(last.pinned)}`,
    );
  }
  const why = last.status === "Drained" ? "is drained" : "has never been current or ramping";
  console.log(
    `${version} ${why}: stop its workers; 5 minutes after their last poll, \`resource-temporal worker deployment delete-version --name ${name} --build-id ${buildId}\` deletes it`,
  );
  return 0;
}

function pinnedText(pinned: number): string {
  switch (pinned) {
    case 0:
      return "no workflow that runs is pinned to it any more, which the server notes within 3 minutes";
    case 1:
      return "1 workflow is pinned to it and runs";
    default:
      return `${pinned} workflows are pinned to it and run`;
  }
}

async function drainageOf(frontend: Frontend, { name, buildId }: VersionChoice): Promise<Drainage> {
  const status = statusOf(versionOf(await deploymentAnswer(frontend, name), buildId));
  refuseRouted({ name, buildId }, status);
  if (status !== "Draining") return { status, pinned: 0 };
  return { status, pinned: await countPinned(frontend, { deploymentName: name, buildId }) };
}

/** Nothing drains, and nothing may be deleted, while new workflows go there. */
function refuseRouted({ name, buildId }: VersionChoice, status: string): void {
  if (status !== "Current" && status !== "Ramping") return;
  const first =
    status === "Current"
      ? `make another one current first, with \`resource-temporal worker deployment set-current --name ${name}\``
      : `end that first, with \`resource-temporal worker deployment set-ramping --name ${name} --delete\``;
  throw new UserError(
    `version ${buildId} of Worker Deployment ${name} is ${status.toLowerCase()}, so new workflows go to it: ${first}`,
  );
}

/**
 * Looks again and again until a version is not draining any more, or the time is over. Gives what the last look has shown.
 *
 * @param look Fails when the version cannot drain.
 */
export async function drained(
  look: () => Promise<Drainage>,
  {
    seconds,
    wait,
    tell,
  }: {
    /** Longest time for it. */
    readonly seconds: number;
    readonly wait: (seconds: number) => Promise<unknown>;
    /** Is told of what keeps it, when that changes. */
    readonly tell: (drainage: Drainage) => void;
  },
): Promise<Drainage> {
  let told: number | undefined;
  for (let left = seconds; ;) {
    const drainage = await look();
    if (drainage.status !== "Draining" || left <= 0) return drainage;
    if (drainage.pinned !== told) tell(drainage);
    told = drainage.pinned;
    const pause = Math.min(lookSeconds, left);
    await wait(pause);
    left -= pause;
  }
}

/**
 * Deletes a version, after asking. Gives the exit code.
 *
 * @throws UserError when it may not ask and was not told, or was answered with something else; while the version is current, ramping or draining, or still
 * has workers; when there is no such version.
 */
export async function deleteVersion(
  choice: FrontendChoice,
  {
    name,
    buildId,
    skipDrainage = false,
    identity = ownIdentity(),
    yes = false,
  }: VersionChoice & {
    /** Delete it although workflows that are pinned to it run. */
    readonly skipDrainage?: boolean;
    readonly identity?: string;
    readonly yes?: boolean;
  },
): Promise<number> {
  const stuck = skipDrainage
    ? "; workflows that are pinned to it and run would wait for ever"
    : "; workers of it that poll again make it anew";
  if (!yes) {
    await confirm({
      warning: `This deletes version ${buildId} of Worker Deployment ${name}${stuck}.`,
      what: "the build id",
      answer: buildId,
    });
  }
  await withFrontend(choice, async (frontend) => {
    const { connection, namespace } = frontend;
    const answer = await deploymentAnswer(frontend, name);
    const status = statusOf(versionOf(answer, buildId));
    refuseForeign(answer, identity);
    refuseRouted({ name, buildId }, status);
    if (status === "Draining" && !skipDrainage) {
      throw new UserError(
        `version ${buildId} of Worker Deployment ${name} is draining: wait with \`resource-temporal worker deployment drain --name ${name} --build-id ${buildId}\`, or add --skip-drainage`,
      );
    }
    try {
      await connection.workflowService.deleteWorkerDeploymentVersion({
        namespace,
        deploymentVersion: { deploymentName: name, buildId },
        skipDrainage,
        identity,
      });
    } catch (error) {
      const reason = frontendReason(error);
      if (!reason.includes("has active pollers")) throw error;
      throw new UserError(
        `version ${buildId} of Worker Deployment ${name} has workers: stop them, and delete it 5 minutes after their last poll (matching.PollerHistoryTTL)`,
      );
    }
  });
  console.log(`version ${buildId} of Worker Deployment ${name} is deleted`);
  return 0;
}
