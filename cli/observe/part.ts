/**
 * What runs of a cluster, in words that fit both targets.
 */
import { serviceRoles } from "../../platform/roles.ts";
import { gatewayName } from "../../platform/gateway.ts";
import { uiName } from "../../platform/web-ui.ts";

/** How a container or pod is: `starting` has not passed its first health check, `missing` ought to be there. */
export type PartState = "healthy" | "starting" | "unhealthy" | "stopped" | "missing";

/** A container or pod of a cluster. */
export interface Part {
  /** Name of the workload, such as `history`. */
  readonly component: string;
  /** Name of the container or pod. */
  readonly name: string;
  readonly state: PartState;
  /** How often it was started again by itself. */
  readonly restarts: number;
  /** Reference of its image. */
  readonly image: string;
  /** When it was started, in ISO 8601; undefined for what does not run. */
  readonly since?: string;
}

/** What a cluster is as a whole. */
export type ClusterState = "healthy" | "unhealthy" | "not running";

/** Workloads without which a cluster does not serve; its database may be somebody else's. */
const needed: readonly string[] = [...serviceRoles, gatewayName, uiName];

/**
 * The parts, sorted, and those that are missing.
 *
 * @param workers Names of the users' workers that are to run.
 */
export function withMissing(
  parts: readonly Part[],
  workers: readonly string[] = [],
): readonly Part[] {
  if (!parts.some(({ state }) => state !== "stopped")) return sorted(parts);
  const there = new Set(parts.map(({ component }) => component));
  const missing = [...needed, ...workers]
    .filter((component) => !there.has(component))
    .map((component): Part => ({ component, name: "", state: "missing", restarts: 0, image: "" }));
  return sorted([...parts, ...missing]);
}

/** Whether a cluster with these parts serves. */
export function clusterState(parts: readonly Part[]): ClusterState {
  if (!parts.some(({ state }) => state !== "stopped")) return "not running";
  return parts.every(({ state }) => state === "healthy") ? "healthy" : "unhealthy";
}

function sorted(parts: readonly Part[]): readonly Part[] {
  const key = ({ component, name }: Part): string => `${component} ${name}`;
  return parts.toSorted((a, b) => key(a).localeCompare(key(b)));
}
