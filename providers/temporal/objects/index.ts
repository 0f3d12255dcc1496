/**
 * What Temporal holds, as resources.
 */
import type { ResourceType } from "../../protocol/provider.ts";
import type { Properties } from "../../protocol/values.ts";
import type { Frontend } from "./frontend.ts";
import { namespaceType } from "./namespace.ts";
import { nexusEndpointType } from "./nexus-endpoint.ts";
import { throughOutages } from "./outages.ts";
import { scheduleId, scheduleType } from "./schedule.ts";
import { searchAttributeId, searchAttributeType } from "./search-attribute.ts";
import { whileStopped } from "./while-stopped.ts";

/**
 * The types by their tokens.
 *
 * @param stopped Whether the cluster is stopped on purpose.
 */
export function objectTypes(
  frontend: Frontend,
  stopped: () => boolean,
): Readonly<Record<string, ResourceType>> {
  const kept = (type: ResourceType, idOf: (inputs: Properties) => string): ResourceType =>
    whileStopped({ type: throughOutages(type), idOf }, stopped);
  const byName = ({ name }: Properties): string => String(name);
  return {
    "temporal:index:Namespace": kept(namespaceType(frontend), byName),
    "temporal:index:SearchAttribute": kept(searchAttributeType(frontend), searchAttributeId),
    "temporal:index:Schedule": kept(scheduleType(frontend), scheduleId),
    "temporal:index:NexusEndpoint": kept(nexusEndpointType(frontend), byName),
  };
}
