/**
 * Where users outside a cluster's network reach it.
 */
import type { Cluster } from "./cluster.ts";

/** The workloads that may be reached from outside. */
export type Exposed = "gateway" | "frontend";

/** How a port is reached from outside; `host` on Docker, all others on Kubernetes. */
export type Exposure =
  /** At an address and port of the engine's own host. */
  | { readonly kind: "host"; readonly address: string; readonly port: number }
  /** At the same port of every node; `address` is any of theirs that users reach. */
  | { readonly kind: "node-port"; readonly address: string; readonly port: number }
  | LoadBalancerExposure
  | IngressExposure
  | RouteExposure;

/** A load balancer that the cluster's cloud makes for this port alone. */
export interface LoadBalancerExposure {
  readonly kind: "load-balancer";
  readonly className?: string;
  readonly annotations: Annotations;
  /** Address ranges that may connect, such as `10.0.0.0/8`; everyone when empty. */
  readonly sourceRanges: readonly string[];
}

/** A host name at the cluster's ingress controller. */
export interface IngressExposure {
  readonly kind: "ingress";
  readonly className?: string;
  readonly host: string;
  readonly annotations: Annotations;
  /** Secret with the certificate and key; undefined for no TLS. */
  readonly tlsSecret?: string;
}

/** A host name at a gateway of the Gateway API, which somebody else keeps. */
export interface RouteExposure {
  readonly kind: "route";
  readonly host: string;
  readonly gateway: GatewayReference;
}

/** A gateway of the Gateway API. */
export interface GatewayReference {
  readonly name: string;
  readonly namespace: string;
  /** Listener, which is the gateway's `sectionName`; undefined for every one that fits. */
  readonly listener?: string;
  /** Port that users reach it at. */
  readonly port: number;
  /** Whether the listener ends TLS. */
  readonly tls: "terminate" | "none";
}

/** Annotations of an object that is made for the exposure. */
export type Annotations = Readonly<Record<string, string>>;

/** How a workload of a cluster is reached from outside; undefined when only the cluster's own network reaches it. */
export function exposureOf({ target }: Cluster, workload: Exposed): Exposure | undefined {
  if (target.kind === "docker") {
    const { address, port, grpcPort } = target.publish;
    return { kind: "host", address, port: workload === "gateway" ? port : grpcPort };
  }
  const { exposure } = target;
  switch (exposure.kind) {
    case "cluster":
      return undefined;
    case "node-port": {
      const { address, port, grpcPort } = exposure;
      return { kind: "node-port", address, port: workload === "gateway" ? port : grpcPort };
    }
    case "load-balancer":
      return exposure;
    case "ingress": {
      const { host, grpcHost, grpcAnnotations, ...rest } = exposure;
      if (workload === "gateway") return { ...rest, host };
      return grpcHost === undefined
        ? undefined
        : { ...rest, host: grpcHost, annotations: grpcAnnotations };
    }
    case "route": {
      const { host, grpcHost, ...rest } = exposure;
      if (workload === "gateway") return { ...rest, host };
      return grpcHost === undefined ? undefined : { ...rest, host: grpcHost };
    }
  }
}
