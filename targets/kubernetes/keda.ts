/**
 * Scaling by backlog: KEDA makes a HorizontalPodAutoscaler of a ScaledObject, and gives it the figures that Temporal's frontend has
 * (keda.sh, "Temporal" of the scalers; github.com/kedacore/keda, pkg/scalers/temporal_scaler.go).
 */
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BacklogAutoscaling, Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf, seconds } from "../options.ts";
import type { DeployOptions, Ready } from "../target.ts";
import { awaited, metadata, type TargetContext } from "./context.ts";
import { internalHost } from "./exposure.ts";

/** API of KEDA's objects. */
export const kedaApi = { group: "keda.sh", version: "v1alpha1" } as const;

/** Longest time until KEDA has asked the frontend and made its autoscaler, or has let go of it, in seconds: it does either at once, or again and again. */
const timeoutSeconds = 120;

/** Makes the ScaledObject of a workload; ready when KEDA has reached the frontend. It comes after what it scales, which KEDA looks for. */
export function scaledObjectOf(
  workload: Workload,
  autoscaling: BacklogAutoscaling,
  context: TargetContext,
  deploy: DeployOptions,
  controller: pulumi.Resource,
): Ready {
  const { maxReplicas, backlogPerReplica, scaleDownAfterSeconds } = autoscaling;
  const { namespace, taskQueues, askedOf } = autoscaling;
  const limit = seconds(timeoutSeconds);
  return [
    new kubernetes.apiextensions.CustomResource(
      prefixed(context.owner, workload.name),
      {
        apiVersion: `${kedaApi.group}/${kedaApi.version}`,
        kind: "ScaledObject",
        metadata: metadata(context, workload.name, workload.name, awaited("Ready")),
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: workload.name },
          minReplicaCount: workload.replicas,
          maxReplicaCount: maxReplicas,
          advanced: {
            horizontalPodAutoscalerConfig: {
              behavior: { scaleDown: { stabilizationWindowSeconds: scaleDownAfterSeconds } },
            },
          },
          // The values of a trigger are strings, all of them.
          triggers: Object.entries(taskQueues).map(([taskQueue, types]) => ({
            type: "temporal",
            metadata: {
              endpoint: pulumi.interpolate`${internalHost(askedOf, context)}:${askedOf.port}`,
              namespace,
              taskQueue,
              // Left out, they would be workflow tasks alone or all, by KEDA's version.
              queueTypes: types.join(","),
              targetQueueSize: String(backlogPerReplica),
              activationTargetQueueSize: "0",
            },
          })),
        },
      },
      optionsOf(
        { ...deploy, dependsOn: [controller] },
        { customTimeouts: { create: limit, update: limit, delete: limit } },
      ),
    ),
  ];
}
