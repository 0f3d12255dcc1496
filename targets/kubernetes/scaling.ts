/**
 * How many pods of a workload there are: by load, and while nodes are drained.
 */
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CpuAutoscaling, Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { DeployOptions, Ready } from "../target.ts";
import { metadata, type TargetContext, podSelector } from "./context.ts";
import { scaledObjectOf } from "./keda.ts";

/** Makes what keeps all but one replica running while nodes are drained; a single replica must be able to move. */
export function disruptionBudgetOf(
  workload: Workload,
  context: TargetContext,
  deploy: DeployOptions,
): Ready {
  if (workload.replicas === 1 && workload.autoscaling === undefined) return [];
  return [
    new kubernetes.policy.v1.PodDisruptionBudget(
      prefixed(context.owner, workload.name),
      {
        metadata: metadata(context, workload.name, workload.name),
        spec: {
          maxUnavailable: 1,
          selector: podSelector(context, workload.name),
          // A pod that is not healthy serves nobody; it must not keep a node from being drained.
          unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
      },
      optionsOf({ parent: deploy.parent }),
    ),
  ];
}

/**
 * Makes the autoscaler of a workload that has one.
 *
 * @param controller What it scales.
 */
export function autoscalerOf(
  workload: Workload,
  context: TargetContext,
  deploy: DeployOptions,
  controller: pulumi.Resource,
): Ready {
  const { autoscaling } = workload;
  switch (autoscaling?.kind) {
    case undefined:
      return [];
    case "cpu":
      return horizontalPodAutoscalerOf(workload, autoscaling, context, deploy);
    case "backlog":
      return scaledObjectOf(workload, autoscaling, context, deploy, controller);
  }
}

/** It needs the cluster's metrics API. */
function horizontalPodAutoscalerOf(
  workload: Workload,
  { maxReplicas, cpuPercent }: CpuAutoscaling,
  context: TargetContext,
  deploy: DeployOptions,
): Ready {
  return [
    new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
      prefixed(context.owner, workload.name),
      {
        metadata: metadata(context, workload.name, workload.name),
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: workload.name },
          minReplicas: workload.replicas,
          maxReplicas,
          metrics: [
            {
              type: "Resource",
              resource: {
                name: "cpu",
                target: { type: "Utilization", averageUtilization: cpuPercent },
              },
            },
          ],
        },
      },
      optionsOf({ parent: deploy.parent }),
    ),
  ];
}
