/**
 * Where users outside a cluster's network reach it.
 */
import type { Cluster } from "./cluster.ts";
import type { Port, PublishedPort } from "./workload.ts";

/** The workloads that may be reached from outside. */
export type Exposed = "gateway" | "frontend";

/** The addresses of the host that a cluster's target publishes; none where the target exposes workloads in another way. */
export function publishedPorts({ target }: Cluster): Partial<Record<Exposed, PublishedPort>> {
  if (target.kind !== "docker") return {};
  const { address, port, grpcPort } = target.publish;
  return { gateway: { address, port }, frontend: { address, port: grpcPort } };
}

/** A port of a workload, with its published address where it has one. */
export function exposedPort(cluster: Cluster, workload: Exposed, name: string, port: number): Port {
  const published = publishedPorts(cluster)[workload];
  return { name, port, ...(published === undefined ? {} : { published }) };
}
