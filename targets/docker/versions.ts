/**
 * The versions of a worker as Docker containers; see providers/temporal/worker-deployment. They are as confined as those of workloads (container.ts).
 */
import * as pulumi from "@pulumi/pulumi";
import { defined } from "../../platform/defined.ts";
import type { Versions } from "../../platform/worker-versions.ts";
import type { Command, Workload } from "../../platform/workload.ts";
import type {
  DockerSpec,
  WorkerDeploymentArgs,
} from "../../providers/temporal/worker-deployment/sdk.ts";
import { prefixed } from "../names.ts";
import type { Secrets, VersionsOptions } from "../target.ts";
import { commonArgs, knownVersion, versionLabels } from "../versions.ts";
import { environmentValue, type TargetContext } from "./context.ts";

/** Arguments of the resource that has all versions of a worker. Whether a version works is what its polls say, and no check inside its image. */
export function versionsArgs(
  workload: Workload,
  versions: Versions,
  { owner, choice, network }: TargetContext,
  deploy: VersionsOptions,
): WorkerDeploymentArgs {
  const { image, resources, scratch, scratchHolds, stopSignal, stopGraceSeconds } = workload;
  const { buildId, own, shared } = knownVersion(workload, versions, deploy);
  const secrets = deploy.secrets ?? {};
  const spec: DockerSpec = {
    image: image.reference,
    ...startOf(workload.command),
    environment: valuesOf(own, secrets),
    user: `${image.user.uid}:${image.user.gid}`,
    memoryMiB: resources.memoryMiB,
    ...defined({ cpus: resources.cpus, tmpfsHolds: scratchHolds }),
    ...{ tmpfs: scratch, stopSignal, stopGraceSeconds },
  };
  return {
    ...commonArgs(owner, workload, versions, deploy),
    name: prefixed(owner, workload.name),
    environment: valuesOf(shared, secrets),
    runner: {
      ...{ kind: "docker", network: network.name, labels: versionLabels(owner, workload) },
      ...defined({ host: choice.host }),
    },
    version: { buildId, spec },
  };
}

function valuesOf(
  environment: Workload["environment"],
  secrets: Secrets,
): Readonly<Record<string, pulumi.Input<string>>> {
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [key, environmentValue(value, secrets)]),
  );
}

/** What takes the place of the image's own entry point and arguments; nothing where they are kept. */
function startOf(command: Command): Pick<DockerSpec, "command" | "args"> {
  if (!("kind" in command)) return { command };
  return command.args.length === 0 ? {} : { args: command.args };
}
