/**
 * Real one-node Kubernetes clusters, each in a container of the local Docker engine.
 */
export { clusterDown } from "./down.ts";
export { type ClusterStatus, clusterStatus } from "./status.ts";
export { carryInto, type Cluster, type ClusterOptions, clusterUp } from "./up.ts";
