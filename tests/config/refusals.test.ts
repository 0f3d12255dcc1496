import { describe, expect, it } from "vitest";
import type { RawSettings } from "../../config/load.ts";
import { verdict as message } from "./verdict.ts";

type Environment = Readonly<Record<string, string>>;

const dev = { name: "dev", target: { kind: "docker" } };

/** A configuration of one Docker cluster with something on top. */
const one = (more: object): RawSettings => ({ clusters: [{ ...dev, ...more }] });

const elsewhere = { kind: "external", host: "db.example.com" };
const key = "temporal-platform:clusters[0]";
const unknownKey = (keys: string): string =>
  `unknown key ${keys}; see docs/config-reference.md for the keys there are`;

describe("a bad configuration is refused with the key and what to do", () => {
  const cases: [name: string, raw: RawSettings, environment: Environment, fault: string][] = [
    ["no clusters", {}, {}, "temporal-platform:clusters: is missing; it must be an array"],
    [
      "an empty list",
      { clusters: [] },
      {},
      "temporal-platform:clusters: must name at least one cluster, such as {name: dev, target: {kind: docker}}",
    ],
    [
      "clusters that are no list",
      { clusters: {} },
      {},
      "temporal-platform:clusters: must be an array",
    ],
    [
      "no name",
      { clusters: [{ target: dev.target }] },
      {},
      `${key}.name: is missing; it must be a string`,
    ],
    [
      "a name that is no DNS label",
      one({ name: "Dev_1" }),
      {},
      `${key}.name: must be at most 20 lowercase letters, digits and hyphens, beginning with a letter`,
    ],
    [
      "no target",
      { clusters: [{ name: "dev" }] },
      {},
      `${key}.target: is missing; it must be an object`,
    ],
    [
      "an unknown target",
      one({ target: { kind: "podman" } }),
      {},
      `${key}.target.kind: must be docker or kubernetes`,
    ],
    ["an unknown key", one({ sever: {} }), {}, `${key}: ${unknownKey("sever")}`],
    [
      "an unknown key deep down",
      one({ server: { roles: { history: { replica: 2 } } } }),
      {},
      `${key}.server.roles.history: ${unknownKey("replica")}`,
    ],
    [
      "what Kubernetes alone can do",
      one({ target: { kind: "docker", namespace: "temporal" } }),
      {},
      `${key}.target: ${unknownKey("namespace")}`,
    ],
    [
      "no replicas",
      one({ server: { roles: { worker: { replicas: 0 } } } }),
      {},
      `${key}.server.roles.worker.replicas: must be at least 1`,
    ],
    [
      "half a replica",
      one({ server: { roles: { worker: { replicas: 1.5 } } } }),
      {},
      `${key}.server.roles.worker.replicas: must be a whole number`,
    ],
    [
      "a version that is not supported",
      one({ server: { version: "1.29.1" } }),
      {},
      `${key}.server.version: must be a version of 1.31 or 1.32 such as 1.32.2`,
    ],
    [
      "a moving version",
      one({ server: { version: "latest" } }),
      {},
      `${key}.server.version: must be a version of 1.31 or 1.32 such as 1.32.2`,
    ],
    [
      "a log level that there is not",
      one({ server: { logLevel: "verbose" } }),
      {},
      `${key}.server.logLevel: must be debug or info or warn or error`,
    ],
    [
      "no shards",
      one({ server: { numHistoryShards: 0 } }),
      {},
      `${key}.server.numHistoryShards: must be at least 1`,
    ],
    ...(["grpc", "membership"] as const).map((port): [string, RawSettings, Environment, string] => [
      `a ${port} port above a SMALLINT`,
      one({ server: { roles: { history: { ports: { [port]: 32_768 } } } } }),
      {},
      `${key}.server.roles.history.ports.${port}: must be at most 32767: PostgreSQL's schema keeps it as a SMALLINT, and a server with a greater one dies at its start`,
    ]),
    [
      "a role on the metrics' port",
      one({ server: { roles: { worker: { ports: { grpc: 9090 } } } } }),
      {},
      `${key}.server.roles.worker.ports.grpc: must not be 9090, the port of the metrics`,
    ],
    [
      "ports that collide inside a role",
      one({ server: { roles: { history: { ports: { grpc: 7000, membership: 7000 } } } } }),
      {},
      `${key}.server.roles.history.ports: must differ from each other`,
    ],
    [
      "memory without a unit",
      one({ server: { roles: { history: { resources: { memory: "512" } } } } }),
      {},
      `${key}.server.roles.history.resources.memory: must be a size such as 512MiB or 2GiB`,
    ],
    [
      "too little memory",
      one({ postgres: { kind: "managed", resources: { memory: "64MiB" } } }),
      {},
      `${key}.postgres.resources.memory: must be at least 256MiB`,
    ],
    [
      "a retention that is no duration",
      one({ namespaces: { default: { retention: "3 days" } } }),
      {},
      `${key}.namespaces.default.retention: must be a time such as 30s, 5m, 2h or 30d`,
    ],
    [
      "a description that is too long",
      one({ namespaces: { default: { description: "x".repeat(201) } } }),
      {},
      `${key}.namespaces.default.description: must have at most 200 characters`,
    ],
    [
      "Temporal's own namespace",
      one({ namespaces: { "temporal-system": {} } }),
      {},
      `${key}.namespaces: temporal-system is Temporal's own`,
    ],
    [
      "a dynamic config key that is none",
      one({ server: { dynamicConfig: { retention: 1 } } }),
      {},
      `${key}.server.dynamicConfig.retention: must be a key such as limit.maxIDLength`,
    ],
    [
      "ids that PostgreSQL cannot keep",
      one({ server: { dynamicConfig: { "limit.maxIDLength": 1000 } } }),
      {},
      `${key}.server.dynamicConfig.limit.maxIDLength: must be at most 255: longer ids do not fit PostgreSQL's columns, and requests with one hang`,
    ],
    [
      "the same in another spelling, which the server takes for the same key",
      one({ server: { dynamicConfig: { "limit.maxidlength": 1000 } } }),
      {},
      `${key}.server.dynamicConfig.limit.maxidlength: must be at most 255: longer ids do not fit PostgreSQL's columns, and requests with one hang`,
    ],
    [
      "a dynamic config key twice",
      one({ server: { dynamicConfig: { "history.cacheTTL": "1h", "History.CacheTTL": "2h" } } }),
      {},
      `${key}.server.dynamicConfig.History.CacheTTL: is history.cacheTTL once more; leave one out`,
    ],
    [
      "lingering on shards",
      one({ server: { dynamicConfig: { "history.shardLingerTimeLimit": "5s" } } }),
      {},
      `${key}.server.dynamicConfig.history.shardLingerTimeLimit: must be left out: on PostgreSQL the server cannot tell whether it still owns a shard that it lingers on`,
    ],
    [
      "an initial failover version out of range",
      one({ identity: { initialFailoverVersion: 10 } }),
      {},
      `${key}.identity.initialFailoverVersion: must be less than failoverVersionIncrement (10), not 10`,
    ],
    [
      "identity in the common part",
      { common: { identity: {} }, clusters: [dev] },
      {},
      "temporal-platform:common.identity: belongs to one cluster; set it in temporal-platform:clusters",
    ],
    [
      "a common part that is no object",
      { common: [], clusters: [dev] },
      {},
      "temporal-platform:common: must be an object with the keys of a cluster",
    ],
    [
      "an external database without its password",
      one({ postgres: { kind: "external", host: "db.example.com" } }),
      {},
      "TEMPORAL_DB_PASSWORD: is missing; temporal-platform:clusters[0].postgres is external, so set it to the password of its role",
    ],
    [
      "an external database without a host",
      one({ postgres: { kind: "external", host: "" } }),
      { TEMPORAL_DB_PASSWORD: "a password" },
      `${key}.postgres.host: must not be empty`,
    ],
    [
      "an authority's file that is not there",
      one({ postgres: { ...elsewhere, tls: "verify-full", ca: "/nowhere/ca.pem" } }),
      { TEMPORAL_DB_PASSWORD: "a password" },
      `${key}.postgres.ca: must be certificates in PEM, or the path of a file with them (ENOENT: no such file or directory, open '/nowhere/ca.pem')`,
    ],
    [
      "an authority's file that holds something else",
      one({ postgres: { ...elsewhere, tls: "verify-full", ca: "package.json" } }),
      { TEMPORAL_DB_PASSWORD: "a password" },
      `${key}.postgres.ca: has no certificate in PEM: -----BEGIN CERTIFICATE----- is missing`,
    ],
    [
      "an authority without TLS",
      one({ postgres: { ...elsewhere, ca: "tests/config/authority.pem" } }),
      { TEMPORAL_DB_PASSWORD: "a password" },
      `${key}.postgres.ca: needs postgres.tls: without TLS no certificate is looked at`,
    ],
    [
      "a parameter of the connection that has a key of its own",
      one({ postgres: { ...elsewhere, connectAttributes: { sslmode: "disable" } } }),
      { TEMPORAL_DB_PASSWORD: "a password" },
      `${key}.postgres.connectAttributes: must not hold host, port, user, password, dbname, database, sslmode, sslrootcert, sslcert, sslkey, connect_timeout: they have keys of their own`,
    ],
    [
      "a budget of connections that does not fit",
      one({ postgres: { kind: "external", host: "db.example.com", maxConnections: 100 } }),
      { TEMPORAL_DB_PASSWORD: "a password" },
      `${key}.postgres.maxConnections: the servers may open 140 connections together, more than 100; lower server.connections or replicas, or raise max_connections there`,
    ],
    [
      "one database for both of Temporal's",
      one({ postgres: { ...elsewhere, databases: { visibility: "temporal" } } }),
      { TEMPORAL_DB_PASSWORD: "a password" },
      `${key}.postgres.databases.visibility: the same as ${key}.postgres.databases.persistence; every cluster needs two databases of its own: servers that share one take each other's work`,
    ],
    [
      "two clusters on one database",
      {
        common: { postgres: { kind: "external", host: "DB.example.com" } },
        clusters: [
          { ...dev, postgres: { databases: { visibility: "v" } } },
          { ...dev, name: "other", postgres: elsewhere },
        ],
      },
      { TEMPORAL_DB_PASSWORD: "a password" },
      `temporal-platform:clusters[1].postgres.databases.persistence: the same as ${key}.postgres.databases.persistence; every cluster needs two databases of its own: servers that share one take each other's work`,
    ],
    [
      "a move of a cluster that there is not",
      { ...one({}), moved: { prod: { "target.host": "ssh://other" } } },
      {},
      "temporal-platform:moved.prod: there is no cluster prod in temporal-platform:clusters",
    ],
    [
      "a move by a key that says nothing of data",
      { ...one({}), moved: { dev: { "target.publish": "x" } } },
      {},
      `temporal-platform:moved.dev: ${unknownKey("target.publish")}`,
    ],
    [
      "a port that is none",
      one({}),
      { TEMPORAL_PORT: "http" },
      "TEMPORAL_PORT: must be a port from 1 to 65535",
    ],
    [
      "a port out of range",
      one({}),
      { TEMPORAL_GRPC_PORT: "70000" },
      "TEMPORAL_GRPC_PORT: must be a port from 1 to 65535",
    ],
    [
      "a short password",
      one({}),
      { TEMPORAL_DB_PASSWORD: "short" },
      "TEMPORAL_DB_PASSWORD: must have at least 8 characters where the platform runs PostgreSQL",
    ],
    [
      "a password with a space at its end",
      one({ postgres: elsewhere }),
      { TEMPORAL_DB_PASSWORD: "short " },
      "TEMPORAL_DB_PASSWORD: must be one line that neither begins nor ends with a space",
    ],
    [
      "two clusters of one name",
      { clusters: [dev, dev] },
      {},
      `temporal-platform:clusters[1].name: the same as ${key}.name; every cluster needs a name of its own`,
    ],
    [
      "two clusters of one failover version",
      { clusters: [dev, { ...dev, name: "other", identity: { initialFailoverVersion: 1 } }] },
      {},
      `temporal-platform:clusters[1].identity.initialFailoverVersion: the same as ${key}.identity.initialFailoverVersion; every cluster needs a version of its own`,
    ],
    [
      "two clusters on one port",
      {
        clusters: [
          dev,
          { name: "other", target: { kind: "docker", publish: { ui: 8000, frontend: 7233 } } },
        ],
      },
      {},
      `temporal-platform:clusters[1].target.publish.frontend: the same as ${key}.target.publish.ui; every published port must be free`,
    ],
  ];

  it.each(cases)("%s", (_name, raw, environment, fault) => {
    expect(message(raw, environment)).toBe(`invalid configuration: ${fault}`);
  });

  it("tells all faults at once", () => {
    expect(message(one({ name: "Dev", sever: {} }), { TEMPORAL_PORT: "x" })).toBe(
      [
        "invalid configuration:",
        "  - TEMPORAL_PORT: must be a port from 1 to 65535",
        `  - ${key}.name: must be at most 20 lowercase letters, digits and hyphens, beginning with a letter`,
        `  - ${key}: ${unknownKey("sever")}`,
      ].join("\n"),
    );
  });
});
