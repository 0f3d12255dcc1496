/**
 * A Worker Deployment at the server: what it says of its versions, and what it is told about them.
 */
import { status } from "@grpc/grpc-js";
import type { Connection } from "@temporalio/client";
import { isoTime, nameIn, numberIn } from "../../../clients/wire.ts";
import { defined } from "../../../platform/defined.ts";
import { codeOf, inWords } from "../objects/calls.ts";
import { taskTypes } from "./inputs.ts";
import {
  type ServerDeployment,
  type ServerVersion,
  type VersionStatus,
  versionStatuses,
} from "./situation.ts";

type Service = Connection["workflowService"];
type Info = NonNullable<
  Awaited<ReturnType<Service["describeWorkerDeployment"]>>["workerDeploymentInfo"]
>;
type Summary = NonNullable<Info["versionSummaries"]>[number];

/** What the server keeps with a version, and gives back. */
const gateKey = "temporal-platform/gate";

/** Names of a deployment, and who speaks. */
export interface DeploymentNames {
  readonly namespace: string;
  readonly deploymentName: string;
  /** Sent with every change: a deployment that has a manager takes changes from nobody else. */
  readonly managerIdentity: string;
}

/** One deployment at the server. */
export class DeploymentServer {
  readonly names: DeploymentNames;
  readonly #service: Service;

  constructor({ workflowService }: Connection, names: DeploymentNames) {
    this.names = names;
    this.#service = workflowService;
  }

  /** What it says; undefined when it has never seen a poller of the deployment. */
  async describe(): Promise<ServerDeployment | undefined> {
    const found = await this.#described();
    if (found === undefined) return undefined;
    const { info } = found;
    const { routingConfig, managerIdentity, versionSummaries } = info;
    const current = routingConfig?.currentDeploymentVersion?.buildId ?? undefined;
    const percent = routingConfig?.rampingVersionPercentage ?? 0;
    const buildId = routingConfig?.rampingDeploymentVersion?.buildId ?? undefined;
    const since = isoTime(routingConfig?.rampingVersionPercentageChangedTime);
    const ramps = buildId !== undefined || percent > 0;
    const versions = (versionSummaries ?? []).map((summary) =>
      versionIn(summary, { current, ramping: buildId }),
    );
    return {
      ...(managerIdentity ? { managerIdentity } : {}),
      ...defined({ current }),
      ...(ramps ? { ramping: { percent, ...defined({ buildId, since }) } } : {}),
      versions: await Promise.all(versions.map((version) => this.#withPinned(version))),
    };
  }

  /** Who manages it; undefined for nobody. */
  async manager(): Promise<string | undefined> {
    const manager = (await this.#described())?.info.managerIdentity ?? "";
    return manager === "" ? undefined : manager;
  }

  /** Whether the server knows that a version's gate workflow of this type has succeeded. */
  async hasPassed(buildId: string, workflowType: string): Promise<boolean> {
    const found = await this.#version(buildId);
    const data = found?.workerDeploymentVersionInfo?.metadata?.entries?.[gateKey]?.data;
    return data !== null && data !== undefined && text(data) === JSON.stringify(workflowType);
  }

  /** Lets the server remember that a version's gate workflow of this type has succeeded. */
  async remember(buildId: string, workflowType: string): Promise<void> {
    const { namespace, deploymentName, managerIdentity: identity } = this.names;
    await this.#told(`the gate of version ${buildId} could not be noted`, () =>
      this.#service.updateWorkerDeploymentVersionMetadata({
        namespace,
        identity,
        deploymentVersion: { deploymentName, buildId },
        upsertEntries: {
          [gateKey]: {
            metadata: { encoding: bytes("json/plain") },
            data: bytes(JSON.stringify(workflowType)),
          },
        },
      }),
    );
  }

  /** Task queues that a version has ever polled, with the types by the names of {@link taskTypes}. */
  async registered(
    buildId: string,
  ): Promise<readonly { readonly taskQueue: string; readonly type: string }[]> {
    const found = await this.#version(buildId);
    return (found?.versionTaskQueues ?? []).map(({ name, type }) => ({
      taskQueue: name ?? "",
      type: nameIn(taskTypes, type),
    }));
  }

  /** Becomes the manager, or no longer is. */
  async setManager(managerIdentity: string): Promise<void> {
    const { namespace, deploymentName, managerIdentity: identity } = this.names;
    const what = managerIdentity === "" ? "released" : "claimed";
    await this.#told(`the deployment ${deploymentName} could not be ${what}`, async () => {
      const conflictToken = await this.#token();
      await this.#service.setWorkerDeploymentManager({
        ...{ namespace, deploymentName, identity, conflictToken, managerIdentity },
        newManagerIdentity: "managerIdentity",
      });
    });
  }

  /** Gives a version all new work; unversioned workers when undefined. */
  async setCurrent(buildId: string | undefined): Promise<void> {
    const { namespace, deploymentName, managerIdentity: identity } = this.names;
    const what = buildId === undefined ? "no version could be" : `version ${buildId} could not be`;
    await this.#told(`${what} made current`, async () => {
      const conflictToken = await this.#token();
      await this.#service.setWorkerDeploymentCurrentVersion({
        ...{ namespace, deploymentName, identity, conflictToken },
        buildId: buildId ?? "",
      });
      // It has answered well and changed nothing before (temporal-worker-controller#354).
      const { info } = await this.#there();
      const now = info.routingConfig?.currentDeploymentVersion?.buildId ?? undefined;
      if (now !== buildId) throw new Error(`the server says that ${now ?? "none"} is current`);
    });
  }

  /** Gives a version a share of the new work; nobody has one when undefined. */
  async setRamping(buildId: string | undefined, percentage: number): Promise<void> {
    const { namespace, deploymentName, managerIdentity: identity } = this.names;
    const share = buildId === undefined ? "nothing" : `${percentage} % of the new work`;
    await this.#told(`version ${buildId ?? "none"} could not get ${share}`, async () => {
      const conflictToken = await this.#token();
      await this.#service.setWorkerDeploymentRampingVersion({
        ...{ namespace, deploymentName, identity, conflictToken, percentage },
        buildId: buildId ?? "",
      });
      const { info } = await this.#there();
      const now = info.routingConfig?.rampingDeploymentVersion?.buildId ?? undefined;
      if (now !== buildId) throw new Error(`the server says that ${now ?? "none"} has a share`);
    });
  }

  /**
   * Deletes the record of a version.
   *
   * @returns Why the server keeps it, such as a poller of the last 5 minutes (`matching.PollerHistoryTTL`); undefined when it is gone.
   */
  async deleteVersion(buildId: string, skipDrainage: boolean): Promise<string | undefined> {
    const { namespace, deploymentName, managerIdentity: identity } = this.names;
    const deploymentVersion = { deploymentName, buildId };
    return this.#kept(`the record of version ${buildId} could not be deleted`, () =>
      this.#service.deleteWorkerDeploymentVersion({
        ...{ namespace, identity, deploymentVersion, skipDrainage },
      }),
    );
  }

  /** Deletes the record of the deployment. Gives why the server keeps it, as {@link deleteVersion} does. */
  async deleteDeployment(): Promise<string | undefined> {
    const { namespace, deploymentName, managerIdentity: identity } = this.names;
    return this.#kept(`the record of ${deploymentName} could not be deleted`, async () => {
      const { info } = await this.#there();
      const left = info.versionSummaries?.length ?? 0;
      // The server would fail with words of its own machinery.
      if (left > 0) throw new Kept(`it has ${left} versions`);
      await this.#service.deleteWorkerDeployment({ namespace, deploymentName, identity });
    });
  }

  /** What is known of it, and the token by which a change is refused when somebody else's came first. */
  async #described(): Promise<{ info: Info; token: Uint8Array } | undefined> {
    const { namespace, deploymentName } = this.names;
    try {
      const { workerDeploymentInfo, conflictToken } = await this.#service.describeWorkerDeployment({
        namespace,
        deploymentName,
      });
      return workerDeploymentInfo
        ? { info: workerDeploymentInfo, token: conflictToken }
        : undefined;
    } catch (error) {
      if (codeOf(error) === status.NOT_FOUND) return undefined;
      throw inWords(error, `the Worker Deployment ${deploymentName} in namespace ${namespace}`);
    }
  }

  async #there(): Promise<{ info: Info; token: Uint8Array }> {
    const found = await this.#described();
    if (found === undefined) throw new Error("the server knows no such deployment");
    return found;
  }

  async #token(): Promise<Uint8Array> {
    return (await this.#there()).token;
  }

  async #version(
    buildId: string,
  ): Promise<Awaited<ReturnType<Service["describeWorkerDeploymentVersion"]>> | undefined> {
    const { namespace, deploymentName } = this.names;
    try {
      return await this.#service.describeWorkerDeploymentVersion({
        namespace,
        deploymentVersion: { deploymentName, buildId },
      });
    } catch (error) {
      if (codeOf(error) === status.NOT_FOUND) return undefined;
      throw inWords(error, `version ${buildId} of ${deploymentName}`);
    }
  }

  /** With the running workflows that are pinned to it, where they matter. */
  async #withPinned(version: ServerVersion): Promise<ServerVersion> {
    if (version.status === "Current" || version.status === "Drained") return version;
    return { ...version, openPinned: await this.openPinned(version.buildId) };
  }

  /** Running workflows that are pinned to a version: what its drainage is judged by (temporal/service/worker/workerdeployment, `makeDeploymentQuery`). */
  async openPinned(buildId: string): Promise<number> {
    const { namespace, deploymentName } = this.names;
    const version = `${deploymentName}:${buildId}`.replaceAll("'", "\\'");
    const { count } = await this.#service.countWorkflowExecutions({
      namespace,
      query: `TemporalWorkerDeploymentVersion = '${version}' AND TemporalWorkflowVersioningBehavior = 'Pinned' AND ExecutionStatus = 'Running'`,
    });
    return numberIn(count);
  }

  async #told(what: string, change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
    } catch (error) {
      throw inWords(error, what);
    }
  }

  async #kept(what: string, remove: () => Promise<unknown>): Promise<string | undefined> {
    try {
      await remove();
      return undefined;
    } catch (error) {
      const code = codeOf(error);
      if (code === status.NOT_FOUND) return undefined;
      const told = inWords(error, what);
      if (code === status.FAILED_PRECONDITION || error instanceof Kept) return told.message;
      throw told;
    }
  }
}

/** Why something is not deleted now, and that is no fault. */
class Kept extends Error {}

function versionIn(
  summary: Summary,
  {
    current,
    ramping,
  }: { readonly current: string | undefined; readonly ramping: string | undefined },
): ServerVersion {
  const buildId = summary.deploymentVersion?.buildId ?? "";
  const known = nameIn(versionStatuses, summary.status) as VersionStatus;
  // Where tasks go is known before the summaries of the versions are.
  const stale: VersionStatus = known === "Current" || known === "Ramping" ? "Draining" : known;
  const name = buildId === current ? "Current" : buildId === ramping ? "Ramping" : stale;
  const since = isoTime(
    {
      Inactive: summary.createTime,
      Current: summary.currentSinceTime,
      Ramping: summary.rampingSinceTime,
      Draining: summary.lastDeactivationTime,
      Drained: summary.drainageInfo?.lastChangedTime,
      Unspecified: undefined,
    }[name],
  );
  const everCurrent = name === "Current" || isoTime(summary.lastCurrentTime) !== undefined;
  return { buildId, status: name, everCurrent, ...defined({ since }) };
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}
