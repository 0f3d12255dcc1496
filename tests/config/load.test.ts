import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { type RawSettings, resolveSettings } from "../../config/load.ts";

type Environment = Readonly<Record<string, string>>;

const dev = { name: "dev", target: { kind: "docker" } };

/** A configuration of one Docker cluster with something on top. */
const one = (more: object): RawSettings => ({ clusters: [{ ...dev, ...more }] });

function cluster(raw: RawSettings, environment: Environment = {}) {
  const [first] = resolveSettings(raw, environment).clusters;
  if (first === undefined) throw new Error("no cluster");
  return first;
}

describe("what is left out gets a default", () => {
  it("that lets a single cluster join others later", () => {
    expect(cluster(one({})).identity).toEqual({
      numHistoryShards: 512,
      failoverVersionIncrement: 10,
      initialFailoverVersion: 1,
    });
  });

  it("with ports that every SDK dials, on this machine only", () => {
    expect(cluster(one({})).target).toEqual({
      kind: "docker",
      publish: { address: "127.0.0.1", port: 7233, grpcPort: 7234 },
    });
  });

  it("and data that goes with a stack on this machine, and not on Kubernetes", () => {
    expect(cluster(one({})).onDestroy).toBe("delete");
    expect(cluster(one({ target: { kind: "kubernetes", context: "x" } })).onDestroy).toBe(
      "protect",
    );
  });

  it("and the namespace default, kept for 30 days", () => {
    expect(cluster(one({})).namespaces).toEqual({
      default: { retentionDays: 30, description: "" },
    });
  });

  it("with ports and a failover version of its own for a second cluster", () => {
    const { clusters } = resolveSettings({ clusters: [dev, { ...dev, name: "other" }] }, {});
    expect(clusters.map(({ target }) => target)).toMatchObject([
      { publish: { port: 7233, grpcPort: 7234 } },
      { publish: { port: 7243, grpcPort: 7244 } },
    ]);
    expect(clusters.map(({ identity }) => identity.initialFailoverVersion)).toEqual([1, 2]);
  });
});

describe("a cluster that was moved on purpose", () => {
  it("is named with the key and its new value", () => {
    const moved = { dev: { "target.host": "ssh://other", "postgres.port": 6432 } };
    expect(resolveSettings({ ...one({}), moved }, {}).moved).toEqual({
      dev: { "target.host": "ssh://other", "postgres.port": "6432" },
    });
    expect(resolveSettings(one({}), {}).moved).toEqual({});
  });
});

describe("the environment", () => {
  it("moves the published ports", () => {
    const environment = { TEMPORAL_PORT: "17233", TEMPORAL_GRPC_PORT: "18000" };
    expect(cluster(one({}), environment).target).toMatchObject({
      publish: { port: 17_233, grpcPort: 18_000 },
    });
  });

  it("moves the gRPC port with the gateway's unless it has its own", () => {
    expect(cluster(one({}), { TEMPORAL_PORT: "17233" }).target).toMatchObject({
      publish: { port: 17_233, grpcPort: 17_234 },
    });
  });

  it("stops a stack", () => {
    expect(resolveSettings(one({}), { TEMPORAL_LIFECYCLE: "stopped" }).lifecycle).toBe("stopped");
  });
});

describe("the common part", () => {
  const common = {
    server: { logLevel: "warn", roles: { history: { replicas: 2 } } },
    postgres: { kind: "managed", storage: "50GiB" },
  };

  it("is inherited key by key", () => {
    const merged = cluster({
      common,
      clusters: [{ ...dev, server: { roles: { history: { resources: { memory: "2GiB" } } } } }],
    });
    expect(merged.server.logLevel).toBe("warn");
    expect(merged.server.roles.history).toMatchObject({
      replicas: 2,
      resources: { memoryMiB: 2048 },
    });
  });

  it("gives nothing to another arm of a choice", () => {
    const merged = cluster(
      {
        common,
        clusters: [{ ...dev, postgres: { kind: "external", host: "db.example.com" } }],
      },
      { TEMPORAL_DB_PASSWORD: "a password" },
    );
    expect(merged.postgres).toMatchObject({ kind: "external", host: "db.example.com", port: 5432 });
  });
});

describe.each(["dev", "prod"])("Pulumi.%s.yaml as shipped", (stack) => {
  it("is accepted", () => {
    const file = load(
      readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8"),
    ) as { config: Record<string, unknown> };
    const { clusters } = resolveSettings(
      {
        common: file.config["temporal-platform:common"],
        clusters: file.config["temporal-platform:clusters"],
      },
      {},
    );
    expect(clusters.map(({ name }) => name)).toEqual([stack]);
  });
});
