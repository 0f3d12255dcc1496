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
      publish: { address: "127.0.0.1", ui: 7233, grpc: 7233, frontend: 7234 },
    });
  });

  it("and, on Kubernetes, is reached from its own namespace and from nowhere outside", () => {
    const none = { kind: "none" };
    const target = { kind: "kubernetes", context: "x", namespace: "orders" };
    expect(cluster(one({ target })).target).toMatchObject({
      exposure: { ui: none, grpc: none, frontend: none },
      network: {
        clientNamespaces: ["orders"],
        monitoringNamespace: "monitoring",
        kedaNamespace: "keda",
      },
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
      default: {
        ...{ retentionSeconds: 30 * 86_400, existing: "refuse", onRemove: "keep" },
        ...{ searchAttributes: {}, schedules: {}, limits: {} },
        archival: { history: "disabled", visibility: "disabled" },
      },
    });
  });

  it("with ports and a failover version of its own for a second cluster", () => {
    const { clusters } = resolveSettings({ clusters: [dev, { ...dev, name: "other" }] }, {});
    expect(clusters.map(({ target }) => target)).toMatchObject([
      { publish: { ui: 7233, grpc: 7233, frontend: 7234 } },
      { publish: { ui: 7243, grpc: 7243, frontend: 7244 } },
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
  const published = (publish: object, environment: Environment, before: object[] = []): unknown => {
    const last = { name: "last", target: { kind: "docker", publish } };
    return resolveSettings({ clusters: [...before, last] }, environment).clusters.at(-1)?.target;
  };

  it.each([
    ["all three together", {}, [17_233, 17_233, 17_234]],
    ["the web UI and gRPC where they share a port", { ui: 80, grpc: 80 }, [17_233, 17_233, 17_234]],
    ["the web UI alone where gRPC has its own port", { grpc: 9000 }, [17_233, 9000, 17_234]],
    ["not the frontend where it has its own", { frontend: 9000 }, [17_233, 17_233, 9000]],
    ["the others where the web UI is not published", { ui: "none" }, ["none", 17_233, 17_234]],
    ["the others where gRPC is not published", { grpc: "none" }, [17_233, "none", 17_234]],
    [
      "the others where the frontend is not published",
      { frontend: "none" },
      [17_233, 17_233, "none"],
    ],
  ])("moves by TEMPORAL_PORT %s", (_what, publish, [ui, grpc, frontend]) => {
    expect(published(publish, { TEMPORAL_PORT: "17233" })).toMatchObject({
      publish: { ui, grpc, frontend },
    });
  });

  it("moves the frontend by TEMPORAL_GRPC_PORT", () => {
    const environment = { TEMPORAL_PORT: "17233", TEMPORAL_GRPC_PORT: "18000" };
    expect(published({ frontend: 9000 }, environment)).toMatchObject({
      publish: { ui: 17_233, grpc: 17_233, frontend: 18_000 },
    });
    expect(published({ frontend: "none" }, environment)).toMatchObject({
      publish: { frontend: "none" },
    });
  });

  it("moves later clusters only where they have no ports of their own", () => {
    const environment = { TEMPORAL_PORT: "17233", TEMPORAL_GRPC_PORT: "18000" };
    expect(published({}, environment, [dev])).toMatchObject({
      publish: { ui: 17_243, grpc: 17_243, frontend: 17_244 },
    });
    expect(published({ ui: 9000 }, environment, [dev])).toMatchObject({
      publish: { ui: 9000, grpc: 9000, frontend: 9001 },
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
