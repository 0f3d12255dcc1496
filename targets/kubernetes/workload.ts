/**
 * A workload as a Deployment, or as a StatefulSet when it has volumes.
 */
import * as kubernetes from "@pulumi/kubernetes";
import type { Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf, runningOptions, seconds } from "../options.ts";
import type { GroupLabels } from "../stop-groups.ts";
import type { DeployOptions } from "../target.ts";
import type { SecretFinder } from "./container.ts";
import type { Files } from "./files.ts";
import { metadata, type TargetContext, podSelector, takenBack } from "./context.ts";
import { settlingOf } from "./health.ts";
import { workloadPod } from "./pod.ts";
import { claimTemplates } from "./storage.ts";

/** Longest time that scheduling a pod and getting its image may take beyond its own limit, in seconds. */
const startMarginSeconds = 120;

/** Revisions kept for `kubectl rollout undo`. */
const revisionHistoryLimit = 3;

/** Least time that the pods of a controller have to end when it is deleted, in seconds; Pulumi's own default for Kubernetes objects. */
const leastDeleteSeconds = 600;

/**
 * Makes the controller of a workload's pods.
 *
 * @param group Labels of what it is stopped with; none when that is nothing.
 */
export function controllerOf(
  workload: Workload,
  context: TargetContext,
  deploy: DeployOptions,
  group: GroupLabels,
  files: Files | undefined,
  secret: SecretFinder,
): kubernetes.apps.v1.Deployment | kubernetes.apps.v1.StatefulSet {
  const name = prefixed(context.owner, workload.name);
  const object = metadata(context, workload.name, workload.name, takenBack, group);
  const selector = podSelector(context, workload.name);
  const most = Math.max(workload.replicas, workload.autoscaling?.maxReplicas ?? 0);
  const limit = seconds(stepSeconds(workload) * most);
  const options = optionsOf(deploy, {
    ...runningOptions(deploy),
    customTimeouts: {
      ...{ create: limit, update: limit },
      delete: seconds(Math.max(leastDeleteSeconds, workload.stopGraceSeconds + startMarginSeconds)),
    },
  });

  if (workload.mounts.length > 0) {
    return new kubernetes.apps.v1.StatefulSet(
      name,
      {
        metadata: object,
        spec: {
          ...{ revisionHistoryLimit, selector },
          template: workloadPod(workload, context, files, secret),
          replicas: workload.replicas,
          serviceName: workload.name,
          // In order, a revision whose first pod never becomes ready could not even be taken back.
          podManagementPolicy: "Parallel",
          updateStrategy: { type: "RollingUpdate" },
          volumeClaimTemplates: claimTemplates(workload, context),
        },
      },
      options,
    );
  }
  return new kubernetes.apps.v1.Deployment(
    name,
    {
      metadata: object,
      spec: {
        ...deploymentSpec(workload, context, files, secret),
        selector,
        replicas: workload.replicas,
      },
    },
    // Left out, the number would become the server's default of 1 before the autoscaler takes it over. Ignored, it stays what it is.
    workload.autoscaling === undefined ? options : { ...options, ignoreChanges: ["spec.replicas"] },
  );
}

/** Longest time until one pod has taken the place of another, in seconds. */
function stepSeconds({ startTimeoutSeconds, stopGraceSeconds }: Workload): number {
  return startTimeoutSeconds + stopGraceSeconds + startMarginSeconds;
}

/** What the Deployment of a workload says, but for how many pods it has and by what it finds them. */
export function deploymentSpec(
  workload: Workload,
  context: TargetContext,
  files: Files | undefined,
  secret: SecretFinder,
): Omit<kubernetes.types.input.apps.v1.DeploymentSpec, "selector" | "replicas"> {
  return {
    revisionHistoryLimit,
    template: workloadPod(workload, context, files, secret),
    progressDeadlineSeconds: stepSeconds(workload),
    ...settlingOf(workload),
    // One more before one less: the new pod is ready before an old one goes, and only one moves at a time.
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  };
}
