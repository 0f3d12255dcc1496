/**
 * Clusters for tests of the pure model.
 */
import { resolveSettings } from "../config/load.ts";
import type { Cluster } from "../platform/cluster.ts";

/** A Docker cluster with every default, and something on top as the user would write it. */
export function clusterWith(
  more: object = {},
  environment: Readonly<Record<string, string>> = { TEMPORAL_DB_PASSWORD: "given by a test" },
): Cluster {
  const raw = { clusters: [{ name: "dev", target: { kind: "docker" }, ...more }] };
  const [cluster] = resolveSettings(raw, environment).clusters;
  if (cluster === undefined) throw new Error("no cluster");
  return cluster;
}
