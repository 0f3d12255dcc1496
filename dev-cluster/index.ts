/**
 * Real one-node Kubernetes clusters, each in a container of the local Docker engine.
 */
export { loadImagesInto, type ClusterOptions } from "./load.ts";
export { clusterDown } from "./down.ts";
export { type ClusterStatus, clusterStatus } from "./status.ts";
export { type DevCluster, clusterBuild, clusterUp } from "./up.ts";
