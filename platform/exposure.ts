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
  /** Host name that leads to it; undefined for the address that it gets. */
  readonly host?: string;
  /** Its port; undefined for the workload's own. */
  readonly port?: number;
  readonly tls: TlsAtEdge;
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

/** An exposure as the user writes it, for the gateway and, by what begins with `grpc`, the frontend. */
export type KubernetesExposure =
  /** Not at all; `kubectl port-forward` and programs in the same Kubernetes cluster do reach it. */
  | { readonly kind: "cluster" }
  | {
      readonly kind: "node-port";
      readonly address: string;
      readonly port: number;
      readonly grpcPort: number;
    }
  | (LoadBalancerExposure & {
      /** On top of the others, for one of both. */
      readonly gatewayAnnotations: Annotations;
      readonly grpcAnnotations: Annotations;
      readonly grpcHost?: string;
      readonly grpcPort?: number;
    })
  | (Omit<IngressExposure, "port" | "tls"> & {
      readonly port?: number;
      readonly tls?: TlsAtEdge;
      readonly grpcHost?: string;
      readonly grpcAnnotations: Annotations;
      readonly grpcServiceAnnotations: Annotations;
    })
  | (RouteExposure & {
      readonly grpcHost?: string;
      readonly grpcServiceAnnotations: Annotations;
    });

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
    case "load-balancer": {
      const { gatewayAnnotations, grpcAnnotations, host, grpcHost, port, grpcPort, ...both } =
        exposure;
      const own =
        workload === "gateway"
          ? { annotations: gatewayAnnotations, host, port }
          : { annotations: grpcAnnotations, host: grpcHost, port: grpcPort };
      return {
        ...both,
        annotations: { ...both.annotations, ...own.annotations },
        ...(own.host === undefined ? {} : { host: own.host }),
        ...(own.port === undefined ? {} : { port: own.port }),
      };
    }
    case "ingress": {
      const { grpcHost, grpcAnnotations, grpcServiceAnnotations, ...rest } = exposure;
      const tls = rest.tls ?? (rest.tlsSecret === undefined ? "none" : "terminate");
      const gateway = { ...rest, tls, port: rest.port ?? (tls === "terminate" ? 443 : 80) };
      if (workload === "gateway") return gateway;
      return grpcHost === undefined
        ? undefined
        : {
            ...gateway,
            host: grpcHost,
            annotations: grpcAnnotations,
            serviceAnnotations: grpcServiceAnnotations,
          };
    }
    case "route": {
      const { grpcHost, grpcServiceAnnotations, ...gateway } = exposure;
      if (workload === "gateway") return gateway;
      return grpcHost === undefined
        ? undefined
        : { ...gateway, host: grpcHost, serviceAnnotations: grpcServiceAnnotations };
    }
  }
}
