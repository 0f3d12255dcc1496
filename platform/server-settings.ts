/**
 * The dynamic config of a cluster: what the platform sets for reasons of its own, and what the user has set.
 */
import { archivalSettings } from "./archival.ts";
import { cacheSettings } from "./caches.ts";
import type { Cluster } from "./cluster.ts";
import { type DynamicConfig, withSettings } from "./dynamic-config.ts";
import { keepaliveSettings } from "./keepalive.ts";
import { namespaceSettings } from "./namespace-limits.ts";
import { shutdownSettings } from "./shutdown.ts";
import { taskQueueSettings } from "./task-queues.ts";
import { visibilitySettings } from "./visibility.ts";
import { versioningSettings } from "./worker-versions.ts";

/** Longest ids that a column of PostgreSQL's schema takes: VARCHAR(255) (temporal/schema/postgresql/v12). */
export const maxIdLength = 255;

/**
 * What PostgreSQL's schema asks for. The server's own limit is 1000: it accepts a longer id than the columns take, takes PostgreSQL's refusal for
 * an outage, and tries again until the caller's deadline.
 */
const schemaSettings: DynamicConfig = { "limit.maxIDLength": [{ value: maxIdLength }] };

/** Every setting of a cluster; the user's own come on top. */
export function dynamicConfigOf(cluster: Cluster): DynamicConfig {
  const own: DynamicConfig = {
    ...schemaSettings,
    // The server's default is to ask version-info.temporal.io every day, and to tell it the cluster's id, version and database.
    "frontend.enableServerVersionCheck": [{ value: cluster.server.versionCheck === "daily" }],
    ...shutdownSettings(cluster),
    ...keepaliveSettings,
    ...cacheSettings(cluster),
    ...taskQueueSettings(cluster),
    ...namespaceSettings(cluster),
    ...archivalSettings(cluster),
    ...versioningSettings(cluster),
    ...visibilitySettings(cluster),
  };
  return withSettings(own, cluster.server.dynamicConfig);
}
