/**
 * The name by which the others of a cluster reach a workload.
 */
import * as kubernetes from "@pulumi/kubernetes";
import type { Annotations } from "../../platform/exposure.ts";
import type { Port, Workload } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { Placement } from "../target.ts";
import { metadata, notAwaited, type Place, podSelector } from "./place.ts";

/** Makes a workload's Service. */
export function serviceOf(
  workload: Workload,
  place: Place,
  placement: Placement,
): kubernetes.core.v1.Service {
  return new kubernetes.core.v1.Service(
    prefixed(place.owner, workload.name),
    {
      // Its pods come after it.
      metadata: metadata(place, workload.name, workload.name, {
        ...annotationsOf(workload),
        ...notAwaited,
      }),
      spec: {
        ...(workload.discovery === "headless" ? { clusterIP: "None" } : {}),
        selector: podSelector(place, workload.name).matchLabels,
        ports: workload.ports.map(servicePort),
      },
    },
    optionsOf({ parent: placement.parent }),
  );
}

/** What the controller in front of it wants to know. */
function annotationsOf({ ports }: Workload): Annotations {
  return Object.fromEntries(
    ports.flatMap(({ exposed }) =>
      exposed?.kind === "ingress" || exposed?.kind === "route"
        ? Object.entries(exposed.serviceAnnotations)
        : [],
    ),
  );
}

/** A port of a Service; gateways and meshes go by the protocol (kubernetes.io, "Application protocol"). */
export function servicePort({ name, port, protocol }: Port): {
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
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}
