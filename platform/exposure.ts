/**
 * Where users outside a cluster's network reach it.
 */
import type { Cluster } from "./cluster.ts";

/**
 * What of a cluster may be reached from outside its network, each by a choice of its own: the web UI and gRPC at the gateway, and gRPC straight to
 * the frontend, past the gateway's rules and its audit log.
 */
export const endpoints = ["ui", "grpc", "frontend"] as const;
export type Endpoint = (typeof endpoints)[number];

/** How a port is reached from outside; `host` on Docker, all others on Kubernetes. */
export type Exposure = HostExposure | KubernetesExposure;

/** At an address and port of the engine's own host. */
export interface HostExposure {
  readonly kind: "host";
  readonly address: string;
  readonly port: number;
}

/** How a port is reached from outside a Kubernetes cluster. */
export type KubernetesExposure =
  NodePortExposure | LoadBalancerExposure | IngressExposure | RouteExposure;

/** How an endpoint of a cluster on Kubernetes is reached, as the user writes it. */
export type KubernetesChoice =
  /** Not at all; `kubectl port-forward` and programs in the same Kubernetes cluster do reach it. */
  { readonly kind: "none" } | (KubernetesExposure & Accepted);

/** What the user has accepted in words. */
export interface Accepted {
  /** That nobody asks a program that reaches gRPC here who it is. */
  readonly authorization?: "none";
}

/** A port of the engine's host, or none. */
export type PublishedPort = number | "none";

/** At the same port of every node; `address` is any of theirs that users reach. */
export interface NodePortExposure {
  readonly kind: "node-port";
  readonly address: string;
  readonly port: number;
  readonly externalTrafficPolicy: TrafficPolicy;
}

/** A load balancer that the cluster's cloud makes for this port alone. */
export interface LoadBalancerExposure {
  readonly kind: "load-balancer";
  readonly className?: string;
  readonly annotations: Annotations;
  /** Address ranges that may connect, such as `10.0.0.0/8`, or everyone. */
  readonly sourceRanges: "all" | readonly string[];
  /** Host name that leads to it; undefined for the address that it gets. */
  readonly host?: string;
  /** Port that users reach it at. */
  readonly port: number;
  readonly tls: TlsAtEdge;
  readonly externalTrafficPolicy: TrafficPolicy;
}

/** A host name at the cluster's ingress controller. */
export interface IngressExposure {
  readonly kind: "ingress";
  readonly className?: string;
  readonly host: string;
  readonly annotations: Annotations;
  /** Secret with the certificate and key; undefined where the controller has its own, or no TLS. */
  readonly tlsSecret?: string;
  /** Port that users reach the controller at. */
  readonly port: number;
  readonly tls: TlsAtEdge;
  /** Of the Service behind it. */
  readonly serviceAnnotations: Annotations;
}

/** A host name at a gateway of the Gateway API, which somebody else keeps. */
export interface RouteExposure {
  readonly kind: "route";
  readonly host: string;
  readonly gateway: GatewayReference;
  /** Of the Service behind it. */
  readonly serviceAnnotations: Annotations;
}

/**
 * Whether a node hands connections from outside only to its own pods, which then see the address of the client, or to those of all nodes, which
 * see the node's (kubernetes.io, "Using Source IP").
 */
export const trafficPolicies = ["Local", "Cluster"] as const;
export type TrafficPolicy = (typeof trafficPolicies)[number];

/** What becomes of TLS at the edge of the Kubernetes cluster: it ends there, or there is none. */
export const tlsAtEdge = ["terminate", "none"] as const;
export type TlsAtEdge = (typeof tlsAtEdge)[number];

/** A gateway of the Gateway API. */
export interface GatewayReference {
  readonly name: string;
  readonly namespace: string;
  /** Listener, which is the gateway's `sectionName`; undefined for every one that fits. */
  readonly listener?: string;
  /** Port that users reach it at. */
  readonly port: number;
  /** What its listener does. */
  readonly tls: TlsAtEdge;
}

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
