/**
 * Labels that every container, network, volume and Kubernetes object of a cluster carries.
 */

/** Who a labelled thing belongs to. */
export interface Owner {
  /** Pulumi stack. */
  readonly stack: string;
  /** Temporal cluster. */
  readonly cluster: string;
}

/** Label by which everything of a stack is found. */
export const stackLabel = "temporal-platform/stack";

/** On the workloads that are stopped at the same time, by what they are; see `stopTogether` in targets/target.ts. */
export const stoppedTogether = {
  cluster: { "temporal-platform/stopped": "together" },
  workers: { "temporal-platform/stopped": "workers" },
} as const;

/**
 * Kubernetes' recommended labels (kubernetes.io, "Recommended Labels") and the stack; the same on Docker, so that one filter fits both.
 *
 * @param component What the thing is for, such as `history`; undefined for what belongs to the whole cluster.
 */
export function labels(owner: Owner, component?: string): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/name": "temporal",
    "app.kubernetes.io/instance": owner.cluster,
    ...(component === undefined ? {} : { "app.kubernetes.io/component": component }),
    "app.kubernetes.io/managed-by": "temporal-platform",
    [stackLabel]: owner.stack,
  };
}

/** Annotation of a Job that must not be cut, so that whoever deletes it waits for its end. */
export const mustFinish = { "temporal-platform/interruption": "finish" } as const;
