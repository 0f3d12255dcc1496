/**
 * What Temporal holds, as resources.
 */
import type { ResourceType, TypeSource } from "../../protocol/provider.ts";
import type { Properties } from "../../protocol/values.ts";
import type { Frontend } from "./frontend.ts";
import { throughOutages } from "./outages.ts";
import { whileStopped } from "./while-stopped.ts";

/**
 * The types by their tokens.
 *
 * @param stopped Whether the cluster is stopped on purpose.
 */
export function objectTypes(
  frontend: Frontend,
  stopped: () => boolean,
): Readonly<Record<string, TypeSource>> {
  const kept = (type: ResourceType, idOf: (inputs: Properties) => string): ResourceType =>
    whileStopped({ type: throughOutages(type), idOf }, stopped);
  const byName = ({ name }: Properties): string => String(name);
  return {
    "temporal:index:Namespace": async () => {
      const { namespaceType } = await import("./namespace.ts");
      return kept(namespaceType(frontend), byName);
    },
    "temporal:index:SearchAttribute": async () => {
      const { searchAttributeId, searchAttributeType } = await import("./search-attribute.ts");
      return kept(searchAttributeType(frontend), searchAttributeId);
    },
    "temporal:index:Schedule": async () => {
      const { scheduleId, scheduleType } = await import("./schedule.ts");
      return kept(scheduleType(frontend), scheduleId);
    },
    "temporal:index:NexusEndpoint": async () => {
      const { nexusEndpointType } = await import("./nexus-endpoint.ts");
      return kept(nexusEndpointType(frontend), byName);
    },
  };
}
