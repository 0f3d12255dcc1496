/**
 * What the versions of a worker are on every target.
 */
import type * as pulumi from "@pulumi/pulumi";
import { defined } from "../platform/defined.ts";
import { labels, type Owner, stoppedTogether } from "../platform/labels.ts";
import {
  managerIdentity,
  versionOf,
  type Versions,
  type WorkerVersion,
} from "../platform/worker-versions.ts";
import type { Workload } from "../platform/workload.ts";
import type { WorkerDeploymentArgs } from "../providers/temporal/worker-deployment/sdk.ts";
import { optionsOf } from "./options.ts";
import type { VersionsOptions } from "./target.ts";

/** Arguments that do not depend on what runs the versions. */
type CommonArgs = Pick<
  WorkerDeploymentArgs,
  | "deploymentName"
  | "namespace"
  | "managerIdentity"
  | "taskQueues"
  | "replicas"
  | "rollout"
  | "gate"
  | "pollersTimeoutSeconds"
  | "scaleDownAfterSeconds"
  | "deleteAfterSeconds"
  | "lifecycle"
  | "onRemove"
>;

/** See {@link CommonArgs}. */
export function commonArgs(
  owner: Owner,
  { name, replicas }: Workload,
  versions: Versions,
  { lifecycle }: VersionsOptions,
): CommonArgs {
  const { deploymentName, namespace, taskQueues, rollout, gate, onRemove } = versions;
  const { pollersTimeoutSeconds, scaleDownAfterSeconds, deleteAfterSeconds } = versions;
  return {
    ...{ deploymentName, namespace, taskQueues, replicas, rollout, onRemove, lifecycle },
    ...defined({ gate }),
    ...{ pollersTimeoutSeconds, scaleDownAfterSeconds, deleteAfterSeconds },
    managerIdentity: managerIdentity(owner, name),
  };
}

/** Labels by which the versions of a worker are known as parts of a cluster, and stop with its other workers. */
export function versionLabels(owner: Owner, { name }: Workload): Readonly<Record<string, string>> {
  return { ...labels(owner, name), ...stoppedTogether.workers };
}

/** The version that a workload is now, without the secrets that nobody has given while nothing runs. */
export function knownVersion(
  workload: Workload,
  versions: Versions,
  { lifecycle, secrets = {} }: VersionsOptions,
): WorkerVersion {
  const version = versionOf(workload, versions);
  if (lifecycle === "running") return version;
  const known = (environment: WorkerVersion["own"]): WorkerVersion["own"] =>
    Object.fromEntries(
      Object.entries(environment).filter(
        ([, value]) => typeof value === "string" || value.secret in secrets,
      ),
    );
  return { ...version, own: known(version.own), shared: known(version.shared) };
}

/**
 * Resource options of a worker's versions. They are no members of a group, which would forget them with its last worker; the group finds what runs of
 * them by its labels.
 *
 * @param place What takes the server's records along when it goes.
 */
export function versionsOptions(
  deploy: VersionsOptions,
  place: pulumi.Resource,
): pulumi.CustomResourceOptions {
  return optionsOf(deploy, { provider: deploy.temporal, deletedWith: place });
}
