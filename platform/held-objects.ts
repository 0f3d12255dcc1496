/**
 * What of a cluster's config Temporal holds.
 */
import type { Cluster } from "./cluster.ts";
import type { HeldObjects } from "./identity.ts";

/** What becomes of each object when the config no longer names it, by its key below the cluster. */
export function heldObjects({ namespaces, nexusEndpoints }: Cluster): HeldObjects {
  const spaces = Object.entries(namespaces).flatMap(([name, { onRemove, schedules }]) => [
    [`namespaces.${name}`, onRemove] as const,
    ...Object.entries(schedules).map(
      ([id, schedule]) => [`namespaces.${name}.schedules.${id}`, schedule.onRemove] as const,
    ),
  ]);
  const endpoints = Object.entries(nexusEndpoints).map(
    ([name, { onRemove }]) => [`nexusEndpoints.${name}`, onRemove] as const,
  );
  return Object.fromEntries([...spaces, ...endpoints]);
}
