/**
 * What roles are told of their memory.
 */
import { describe, expect, it } from "vitest";
import { configCheckTask, roleWorkload } from "../../components/server.ts";
import { cacheSettings } from "../../platform/caches.ts";
import { renderDynamicConfig } from "../../platform/dynamic-config.ts";
import { dynamicConfigOf } from "../../platform/server-settings.ts";
import { clusterWith } from "../../testkit/clusters.ts";

describe("a role's memory", () => {
  it("is known to Go's runtime, with room for what is not heap", () => {
    const cluster = clusterWith({
      server: { roles: { matching: { resources: { memory: "1000MiB" } } } },
    });
    expect(roleWorkload(cluster, "matching").environment).toMatchObject({
      GOGC: "200",
      GOMEMLIMIT: "800MiB",
    });
  });

  it("bounds history's caches by what they weigh", () => {
    const cluster = clusterWith({
      server: { roles: { history: { resources: { memory: "2GiB" } } } },
    });
    expect(cacheSettings(cluster)).toEqual({
      "history.cacheSizeBasedLimit": [{ value: true }],
      "history.hostLevelCacheMaxSizeBytes": [{ value: 128 * 2 ** 20 }],
      "history.enableHostLevelEventsCache": [{ value: true }],
      "history.eventsHostLevelCacheMaxSizeBytes": [{ value: 128 * 2 ** 20 }],
    });
  });

  it.each(["history.hostLevelCacheMaxSizeBytes", "History.HostLevelCacheMaxSizeBytes"])(
    "leaves the user's own dynamic config on top: %s",
    (key) => {
      const cluster = clusterWith({ server: { dynamicConfig: { [key]: 1 } } });
      const [text] = configCheckTask(cluster).files.filter(({ path }) =>
        path.endsWith("dynamic-config.yaml"),
      );
      expect(text?.content).toContain(`${key}:\n  - value: 1\n`);
      expect(
        renderDynamicConfig(dynamicConfigOf(cluster)).match(
          /history\.hostLevelCacheMaxSizeBytes/gi,
        ),
      ).toHaveLength(1);
    },
  );
});
