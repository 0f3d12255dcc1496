/**
 * Probes of a workload.
 *
 * Readiness is what the workload says of itself, such as SERVING when history has acquired its shards, or that it takes connections where that is
 * enough. Until then, nobody is sent there. It is never a reason to kill: shards that load slowly would be loaded again from the start, for ever.
 * Liveness asks only whether the program still takes connections, and begins when it has taken the first one.
 */
import type * as kubernetes from "@pulumi/kubernetes";
import {
  type HealthCheck,
  portsOf,
  settledSeconds,
  type Workload,
} from "../../platform/workload.ts";

type Probe = kubernetes.types.input.core.v1.Probe;

/** Time between two probes, in seconds; the kubelet asks by itself, so that short costs little. */
const periods = { startup: 1, readiness: 1, liveness: 10 } as const;

/** The three probes of a workload's container; none of one that cannot be asked. */
export interface Probes {
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

/** The probes of a workload's container. */
export function probesOf(workload: Workload): Probes {
  const { startTimeoutSeconds, recoveryTimeoutSeconds = startTimeoutSeconds } = workload;
  const health = (workload.readyBy === "usable" ? workload.usable : undefined) ?? workload.health;
  if (health.kind === "none") return {};
  const [first] = portsOf(workload);
  if (first === undefined) throw new Error("a workload without a port cannot be probed");
  const takesConnections = { tcpSocket: { port: first.port }, timeoutSeconds: 5 };
  return {
    startupProbe: {
      ...takesConnections,
      periodSeconds: periods.startup,
      failureThreshold: Math.ceil(recoveryTimeoutSeconds / periods.startup),
    },
    readinessProbe: {
      ...answers(health),
      timeoutSeconds: 5,
      periodSeconds: periods.readiness,
      failureThreshold: 6,
    },
    livenessProbe: { ...takesConnections, periodSeconds: periods.liveness, failureThreshold: 6 },
  };
}

/** For how long a pod has to run before a rollout goes on, where nothing else tells that it is well. */
export function settlingOf({ health }: Workload): { readonly minReadySeconds?: number } {
  return health.kind === "none" ? { minReadySeconds: settledSeconds } : {};
}

function answers(health: HealthCheck): Probe {
  switch (health.kind) {
    case "grpc":
      return { grpc: { port: health.port, service: health.service } };
    case "http":
      return { httpGet: { port: health.port, path: health.path } };
    case "tcp":
      return { tcpSocket: { port: health.port } };
    case "exec":
      return { exec: { command: [...health.command] } };
  }
}
