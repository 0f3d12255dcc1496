/**
 * Volumes of a workload: one claim for each replica, made before its pod and kept after it.
 */
import * as kubernetes from "@pulumi/kubernetes";
import { defined } from "../../platform/defined.ts";
import type { Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { dataOptions, optionsOf } from "../options.ts";
import type { DeployOptions, Ready } from "../target.ts";
import { metadata, notAwaited, type TargetContext } from "./context.ts";

type ClaimSpec = kubernetes.types.input.core.v1.PersistentVolumeClaimSpec;

/**
 * Makes the claims. Their names are those that a StatefulSet gives, so that it takes them for its own; but they are the stack's, so that
 * their size can grow, and `destroy` does with them what the user wants.
 */
export function claimsOf(workload: Workload, context: TargetContext, deploy: DeployOptions): Ready {
  return workload.mounts.flatMap(({ volume }) =>
    Array.from({ length: workload.replicas }, (_, index) => {
      const name = `${volume.name}-${workload.name}-${index}`;
      return new kubernetes.core.v1.PersistentVolumeClaim(
        prefixed(context.owner, name),
        {
          // A class may bind a claim only when a pod uses it.
          metadata: metadata(context, name, workload.name, notAwaited),
          spec: claimSpec(context, volume.sizeGiB),
        },
        optionsOf({ parent: deploy.parent }, dataOptions(volume.onDestroy)),
      );
    }),
  );
}

/** The templates of a StatefulSet; only their names matter, since the claims are there already, and they can never change. */
export function claimTemplates(
  workload: Workload,
  context: TargetContext,
): kubernetes.types.input.core.v1.PersistentVolumeClaim[] {
  return workload.mounts.map(({ volume }) => ({
    metadata: { name: volume.name },
    spec: claimSpec(context, 1),
  }));
}

function claimSpec({ choice }: TargetContext, sizeGiB: number): ClaimSpec {
  return {
    accessModes: ["ReadWriteOnce"],
    ...defined({ storageClassName: choice.storageClass }),
    resources: { requests: { storage: `${sizeGiB}Gi` } },
  };
}
