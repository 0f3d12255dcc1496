/**
 * How users outside a Kubernetes cluster reach a port.
 */
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { defined } from "../../platform/defined.ts";
import type { Annotations, Exposure, TlsAtEdge } from "../../platform/exposure.ts";
import type { NamedPort, Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { Address, DeployOptions, Ready } from "../target.ts";
import { metadata, notAwaited, type TargetContext, podSelector } from "./context.ts";
import { servicePort } from "./service.ts";

type ServiceStatus = kubernetes.types.output.core.v1.ServiceStatus;
type DeepPartial<T> = T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

/** What was made for an exposed port, and where it is reached. */
export interface ExposedPort {
  readonly ready: Ready;
  readonly address: Address;
}

/** Makes what exposes a port. */
export function exposeOf(
  workload: Workload,
  port: NamedPort,
  exposure: Exposure,
  context: TargetContext,
  deploy: DeployOptions,
): ExposedPort {
  switch (exposure.kind) {
    case "host":
      throw new Error(`${workload.name}: a port of the host is Docker's way`);
    case "node-port": {
      const service = exposingService(workload, port, context, deploy, {
        type: "NodePort",
        externalTrafficPolicy: exposure.externalTrafficPolicy,
        ports: [{ ...servicePort(port), nodePort: exposure.port }],
      });
      return { ready: [service], address: addressOf(exposure.address, exposure.port) };
    }
    case "load-balancer": {
      const { className, sourceRanges, annotations, host, tls, externalTrafficPolicy } = exposure;
      const published = { ...servicePort(port), port: exposure.port };
      const service = exposingService(
        workload,
        port,
        context,
        deploy,
        {
          type: "LoadBalancer",
          externalTrafficPolicy,
          ports: [published],
          ...defined({ loadBalancerClass: className }),
          ...(sourceRanges === "all" ? {} : { loadBalancerSourceRanges: [...sourceRanges] }),
        },
        annotations,
      );
      return {
        ready: [service],
        address: addressOf(host ?? balancerAddress(service), published.port, tls),
      };
    }
    case "ingress": {
      const { className, host, annotations, tlsSecret, serviceAnnotations } = exposure;
      const name = exposingName(workload, port);
      const service = backendService(workload, port, context, deploy, serviceAnnotations);
      const ingress = new kubernetes.networking.v1.Ingress(
        prefixed(context.owner, name),
        {
          metadata: metadata(context, name, workload.name, annotations),
          spec: {
            ...defined({ ingressClassName: className }),
            ...(tlsSecret === undefined ? {} : { tls: [{ hosts: [host], secretName: tlsSecret }] }),
            rules: [
              {
                host,
                http: {
                  paths: [
                    {
                      path: "/",
                      pathType: "Prefix",
                      backend: { service: { name, port: { name: port.name } } },
                    },
                  ],
                },
              },
            ],
          },
        },
        optionsOf(deploy),
      );
      return {
        ready: [service, ingress],
        address: addressOf(host, exposure.port, exposure.tls),
      };
    }
    case "route": {
      const { host, gateway, serviceAnnotations } = exposure;
      const name = exposingName(workload, port);
      const service = backendService(workload, port, context, deploy, serviceAnnotations);
      const route = new kubernetes.apiextensions.CustomResource(
        prefixed(context.owner, name, "route"),
        {
          apiVersion: "gateway.networking.k8s.io/v1",
          kind: "HTTPRoute",
          metadata: metadata(context, name, workload.name),
          spec: {
            parentRefs: [
              {
                name: gateway.name,
                namespace: gateway.namespace,
                ...defined({ sectionName: gateway.listener }),
              },
            ],
            hostnames: [host],
            rules: [{ backendRefs: [{ name, port: port.port }] }],
          },
        },
        optionsOf(deploy),
      );
      return { ready: [service, route], address: addressOf(host, gateway.port, gateway.tls) };
    }
  }
}

/** Where programs in the same Kubernetes cluster reach a port. */
export function internalAddress(
  workload: Workload,
  { port }: NamedPort,
  context: TargetContext,
): Address {
  return addressOf(internalHost(workload, context), port);
}

/** Name by which programs in the same Kubernetes cluster reach a workload. */
export function internalHost(
  { name }: Pick<Workload, "name">,
  { namespace }: Pick<TargetContext, "namespace">,
): pulumi.Output<string> {
  return pulumi.interpolate`${name}.${namespace}.svc.cluster.local`;
}

/** Name of what exposes a port, which is a workload's and the port's. */
function exposingName(workload: Workload, port: NamedPort): string {
  return `${workload.name}-${port.name}`;
}

/** A Service beside the workload's own, so that what is open to the outside is one port and can be taken away again. */
function exposingService(
  workload: Workload,
  port: NamedPort,
  context: TargetContext,
  deploy: DeployOptions,
  spec: kubernetes.types.input.core.v1.ServiceSpec,
  annotations: Annotations = {},
): kubernetes.core.v1.Service {
  const name = exposingName(workload, port);
  return new kubernetes.core.v1.Service(
    prefixed(context.owner, name),
    {
      metadata: metadata(context, name, workload.name, annotations),
      spec: { ...spec, selector: podSelector(context, workload.name).matchLabels },
    },
    optionsOf(deploy),
  );
}

/** The Service behind a controller or a gateway of the Gateway API. */
function backendService(
  workload: Workload,
  port: NamedPort,
  context: TargetContext,
  deploy: DeployOptions,
  annotations: Annotations,
): kubernetes.core.v1.Service {
  const spec = { ports: [servicePort(port)] };
  return exposingService(workload, port, context, deploy, spec, {
    ...annotations,
    ...notAwaited,
  });
}

function balancerAddress(service: kubernetes.core.v1.Service): pulumi.Output<string> {
  // The provider's types say that all of it is always there; before the cloud has answered it is not.
  return service.status.apply((status: DeepPartial<ServiceStatus> | undefined) => {
    const [ingress] = status?.loadBalancer?.ingress ?? [];
    return ingress?.hostname ?? ingress?.ip ?? "pending";
  });
}

function addressOf(host: pulumi.Input<string>, port: number, tls: TlsAtEdge = "none"): Address {
  return {
    authority: pulumi.interpolate`${host}:${port}`,
    transport: tls === "terminate" ? "tls" : "cleartext",
  };
}
