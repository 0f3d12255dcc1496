/**
 * The name by which the others of a cluster reach a workload.
 */
import * as kubernetes from "@pulumi/kubernetes";
import { defined } from "../../platform/defined.ts";
import { type NamedPort, portsOf, type Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { DeployOptions } from "../target.ts";
import { metadata, notAwaited, type TargetContext, podSelector } from "./context.ts";

/** Makes a workload's Services: one, or a second one for the addresses of all replicas; none for one without a port, which nobody can call. */
export function servicesOf(
  workload: Workload,
  context: TargetContext,
  deploy: DeployOptions,
): readonly kubernetes.core.v1.Service[] {
  const { name, discovery, headlessName } = workload;
  if (portsOf(workload).length === 0) return [];
  return [
    serviceOf(name, discovery, workload, context, deploy),
    ...(headlessName === undefined
      ? []
      : [serviceOf(headlessName, "headless", workload, context, deploy)]),
  ];
}

function serviceOf(
  name: string,
  discovery: Workload["discovery"],
  workload: Workload,
  context: TargetContext,
  deploy: DeployOptions,
): kubernetes.core.v1.Service {
  return new kubernetes.core.v1.Service(
    prefixed(context.owner, name),
    {
      // Its pods come after it.
      metadata: metadata(context, name, workload.name, notAwaited),
      spec: {
        ...(discovery === "headless" ? { clusterIP: "None" } : {}),
        selector: podSelector(context, workload.name).matchLabels,
        ports: portsOf(workload).map(servicePort),
      },
    },
    optionsOf({ parent: deploy.parent }),
  );
}

/** A port of a Service; gateways and meshes go by the protocol (kubernetes.io, "Application protocol"). */
export function servicePort({ name, port, protocol }: NamedPort): {
  name: string;
  port: number;
  targetPort: string;
  appProtocol?: string;
} {
  const protocols = { grpc: "kubernetes.io/h2c", http: "http", tcp: undefined } as const;
  const appProtocol = protocols[protocol];
  return {
    name,
    port,
    targetPort: name,
    ...defined({ appProtocol }),
  };
}
