/**
 * Where users outside a cluster's network reach it.
 */
import type { Cluster, KubernetesTargetChoice } from "./cluster.ts";

/**
 * What of a cluster may be reached from outside its network, each by a choice of its own: the web UI and gRPC at the gateway, and gRPC straight to
 * the frontend, past the gateway's rules and its audit log.
 */
export const endpoints = ["ui", "grpc", "frontend"] as const;
export type Endpoint = (typeof endpoints)[number];

/** How a port is reached from outside; `host` on Docker, all others on Kubernetes, as the user chose them. */
export type Exposure =
  HostExposure | Exclude<KubernetesTargetChoice["exposure"][Endpoint], { kind: "none" }>;

/** At an address and port of the engine's own host. */
export interface HostExposure {
  readonly kind: "host";
  readonly address: string;
  readonly port: number;
}

/**
 * Whether a node hands connections from outside only to its own pods, which then see the address of the client, or to those of all nodes, which
 * see the node's (kubernetes.io, "Using Source IP").
 */
export const trafficPolicies = ["Local", "Cluster"] as const;

/** What becomes of TLS at the edge of the Kubernetes cluster: it ends there, or there is none. */
export const tlsAtEdge = ["terminate", "none"] as const;
export type TlsAtEdge = (typeof tlsAtEdge)[number];

/** Annotations of an object that is made for the exposure. */
export type Annotations = Readonly<Record<string, string>>;

/** How an endpoint of a cluster is reached from outside; undefined when only the cluster's own network reaches it. */
export function exposureOf(
  { target }: Pick<Cluster, "target">,
  endpoint: Endpoint,
): Exposure | undefined {
  if (target.kind === "docker") {
    const { address, [endpoint]: port } = target.publish;
    return port === "none" ? undefined : { kind: "host", address, port };
  }
  const choice = target.exposure[endpoint];
  return choice.kind === "none" ? undefined : choice;
}

/** Whether an exposure is reached from its own machine only: the address is a loopback one. */
export function isLoopback(exposure: Exposure): boolean {
  return exposure.kind === "host" && /^(127\.|::1$)/.test(exposure.address);
}

/** Whether users reach an exposure over TLS. */
export function tlsOf(exposure: Exposure): TlsAtEdge {
  switch (exposure.kind) {
    case "host":
    case "node-port":
      return "none";
    case "load-balancer":
    case "ingress":
      return exposure.tls;
    case "route":
      return exposure.gateway.tls;
  }
}

/** The host name or address that users reach an exposure by, where it is known beforehand. */
export function hostOf(exposure: Exposure): string | undefined {
  return exposure.kind === "host" || exposure.kind === "node-port"
    ? exposure.address
    : exposure.host;
}
