/**
 * The four services that make up a Temporal server.
 */
import type { Cluster } from "./cluster.ts";

/** Temporal's services. */
export const serviceRoles = ["history", "matching", "frontend", "worker"] as const;

/** One of {@link serviceRoles}; what `temporal-server start --service` takes. */
export type ServiceRole = (typeof serviceRoles)[number];

/** Ports that every role has inside a cluster's network; the frontend alone has one more, of the HTTP API. */
export interface RolePorts {
  readonly grpc: number;
  /** The ring in which the roles find each other (ringpop). */
  readonly membership: number;
}

/** Temporal's standard ports (temporal/common/config/config_template_embedded.yaml). */
export const defaultPorts = {
  frontend: { grpc: 7233, membership: 6933, http: 7243 },
  history: { grpc: 7234, membership: 6934 },
  matching: { grpc: 7235, membership: 6935 },
  worker: { grpc: 7239, membership: 6939 },
} as const satisfies Record<ServiceRole, RolePorts> & { frontend: { http: number } };

/** Name that stands for the addresses of all frontends, where `frontend` is one address for any of them. */
export const frontendMembers = "frontend-headless";

/** The most frontends that there may be. */
export function mostFrontends({ server }: Cluster): number {
  const { replicas, autoscaling } = server.roles.frontend;
  return Math.max(replicas, autoscaling?.maxReplicas ?? 0);
}

/** The port of every role's Prometheus metrics. */
export const metricsPort = 9090;

/**
 * The greatest port a role may have. `cluster_membership.rpc_port` is a SMALLINT in PostgreSQL's schema, so that a server with a greater
 * one dies when it writes its first heartbeat.
 */
export const maxRolePort = 32_767;

/** The name by which each role answers the gRPC health service (temporal/service/<role>/service.go). */
export const healthService: Readonly<Record<ServiceRole, string>> = {
  frontend: "temporal.api.workflowservice.v1.WorkflowService",
  history: "temporal.api.workflowservice.v1.HistoryService",
  matching: "temporal.api.workflowservice.v1.MatchingService",
  worker: "temporal.api.workflowservice.v1.WorkerService",
};
