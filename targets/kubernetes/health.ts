/**
 * Probes of a workload.
 *
 * Readiness is what the workload says of itself, such as SERVING when history has acquired its shards: while it does not, nobody is sent
 * there. It is never a reason to kill: shards that load slowly would be loaded again from the start, for ever. Liveness asks only whether
 * the program still takes connections, and begins when it has taken the first one.
 */
import type * as kubernetes from "@pulumi/kubernetes";
import { type HealthCheck, portsOf, type Workload } from "../../platform/workload.ts";

type Probe = kubernetes.types.input.core.v1.Probe;

/** Time between two probes, in seconds; the kubelet asks by itself, so that short costs little. */
const periods = { startup: 1, readiness: 1, liveness: 10 } as const;

/** The three probes of a workload's container. */
export function probesOf(workload: Workload): {
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
} {
  const { health, startTimeoutSeconds, recoveryTimeoutSeconds = startTimeoutSeconds } = workload;
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
