/**
 * The history role's caches, sized to its memory.
 *
 * By default the server keeps 128,000 workflows for an hour whatever they weigh (temporal/common/dynamicconfig/constants.go,
 * history.hostLevelCacheMaxSize), which ends a container of 1 GiB within minutes of load.
 */
import type { Cluster } from "./cluster.ts";
import type { DynamicConfig } from "./dynamic-config.ts";

/**
 * Share of the memory for each cache. The server counts the size of what is written to the database; in memory it is five to six times as
 * much (decision 0010).
 */
const share = 1 / 16;

/** Dynamic config of the caches; the user's own keys come on top. */
export function cacheSettings({ server }: Cluster): DynamicConfig {
  const bytes = Math.floor(server.roles.history.resources.memoryMiB * 2 ** 20 * share);
  return {
    "history.cacheSizeBasedLimit": [{ value: true }],
    "history.hostLevelCacheMaxSizeBytes": [{ value: bytes }],
    // Off by default: each shard then has a cache of its own, 512 KiB of it, whatever the number of shards (service/history/shard/context_impl.go).
    "history.enableHostLevelEventsCache": [{ value: true }],
    "history.eventsHostLevelCacheMaxSizeBytes": [{ value: bytes }],
  };
}
