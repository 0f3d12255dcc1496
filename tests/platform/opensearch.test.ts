import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { opensearchImage } from "../../platform/images.ts";
import {
  heapMiB,
  opensearchIndex,
  opensearchPassword,
  opensearchWorkload,
} from "../../platform/opensearch.ts";
import { renderOpenSearchConfig, watermarks } from "../../platform/opensearch-config.ts";
import { searchUsers, securityFiles, securityIndex } from "../../platform/opensearch-security.ts";
import { parts } from "../../platform/workload.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const managed = { resources: { memoryMiB: 1024 }, storageGiB: 10 };
const unwatched = clusterWith({ visibility: { kind: "managed" }, onDestroy: "protect" });
const watched = clusterWith({ visibility: { kind: "managed" }, monitoring: { kind: "managed" } });
const workload = opensearchWorkload(unwatched, managed, parts("history", "frontend"));

/** A security file as YAML. */
function security(name: string, cluster = unwatched): unknown {
  const file = securityFiles("/rules", searchUsers(cluster)).find(
    ({ path }) => path === `/rules/${name}.yml`,
  );
  return typeof file?.content === "string" ? load(file.content) : undefined;
}

describe("the OpenSearch node", () => {
  it("is one, for those who may connect, and writes to its volume and to memory only", () => {
    expect(workload).toMatchObject({
      name: "opensearch",
      replicas: 1,
      ports: { http: { port: 9200, callers: [{ part: "history" }, { part: "frontend" }] } },
      mounts: [
        { path: "/usr/share/opensearch/data", volume: { sizeGiB: 10, onDestroy: "protect" } },
      ],
      scratch: ["/tmp"],
    });
  });

  it("knows its password by name, and no file has it", () => {
    expect(workload.environment).toEqual({ OPENSEARCH_PASSWORD: { secret: opensearchPassword } });
    expect(workload.files.every(({ content }) => typeof content === "string")).toBe(true);
  });

  it("gives half of its memory to the heap, all of it from the start", () => {
    expect(heapMiB(managed.resources)).toBe(512);
    const start = workload.files.find(({ path }) => path.endsWith("start.sh"));
    expect(start?.content).toContain("-Xms512m -Xmx512m");
  });

  it("comes from the official image, or from the one that the config names", () => {
    expect(opensearchImage().reference).toBe("opensearchproject/opensearch:2.19.4");
    const own = "registry.example.com/team/opensearch:2.19.4";
    expect(opensearchImage({ opensearch: own }).reference).toBe(own);
  });

  it("has files in directories that are not inside each other", () => {
    const directories = new Set(workload.files.map(({ path }) => path.replace(/\/[^/]*$/, "")));
    for (const one of directories)
      for (const other of directories) expect(one.startsWith(`${other}/`)).toBe(false);
  });
});

describe("its config", () => {
  const config = load(renderOpenSearchConfig(managed, searchUsers(unwatched))) as Record<
    string,
    unknown
  >;

  it("lets the network reach REST only", () => {
    expect(config["http.host"]).toBe("0.0.0.0");
    expect(config["transport.host"]).toBe("_local_");
  });

  it("wants nothing of the host's kernel, and makes no index by itself", () => {
    expect(config["node.store.allow_mmap"]).toBe(false);
    expect(config["action.auto_create_index"]).toBe(false);
  });

  it.each([
    [1, 256],
    [5, 256],
    [10, 512],
    [100, 5120],
  ])("of a volume of %i GiB stops writing at %i MiB", (storageGiB, floodStageMiB) => {
    expect(watermarks({ storageGiB })).toEqual({
      floodStageMiB,
      highMiB: 2 * floodStageMiB,
      lowMiB: 3 * floodStageMiB,
    });
  });

  it("stops in good time: every watermark is free space that the smallest volume has", () => {
    expect(watermarks({ storageGiB: 1 }).lowMiB).toBeLessThan(1024);
    expect(config["cluster.routing.allocation.disk.watermark.flood_stage"]).toBe("512mb");
  });
});

describe("its rules", () => {
  it("know one user by the name of its password's variable, and nobody without one", () => {
    expect(security("internal_users")).toEqual({
      _meta: { type: "internalusers", config_version: 2 },
      temporal: { reserved: true, hash: "${envbc.OPENSEARCH_PASSWORD}" },
    });
    expect(security("config")).toMatchObject({
      config: { dynamic: { http: { anonymous_auth_enabled: false } } },
    });
  });

  it("allow that user Temporal's indexes and no deletion of an index", () => {
    const { temporal } = security("roles") as {
      readonly temporal: {
        readonly index_permissions: readonly {
          readonly index_patterns: readonly string[];
          readonly allowed_actions: readonly string[];
        }[];
      };
    };
    const [permissions, ...more] = temporal.index_permissions;
    expect(more).toEqual([]);
    expect(permissions?.index_patterns).toEqual(["temporal_visibility*"]);
    expect(permissions?.allowed_actions).not.toContain("indices:admin/delete");
    expect(permissions?.allowed_actions).not.toContain("*");
    expect(opensearchIndex).toMatch(/^temporal_visibility_v1/);
  });

  it("let what watches the node in, where something does, to ask how it is and for no document", () => {
    expect(security("internal_users", watched)).toMatchObject({
      temporal_exporter: { reserved: true, hash: "${envbc.EXPORTER_PASSWORD}" },
    });
    expect(security("roles", watched)).toMatchObject({
      temporal_exporter: {
        cluster_permissions: [
          ...["cluster:monitor/main", "cluster:monitor/health", "cluster:monitor/nodes/stats"],
        ],
        index_permissions: [],
      },
    });
    expect(security("roles_mapping", watched)).toMatchObject({
      temporal_exporter: { users: ["temporal_exporter"] },
    });
  });

  it("are kept in an index that is named after them", () => {
    const [own, other] = [searchUsers(unwatched), searchUsers(watched)];
    expect(securityIndex(own)).toMatch(/^\.opendistro_security-[0-9a-f]{8}$/);
    expect(renderOpenSearchConfig(managed, own)).toContain(securityIndex(own));
    expect(securityIndex(other)).not.toBe(securityIndex(own));
  });
});
