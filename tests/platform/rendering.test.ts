import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { schemaTask } from "../../components/schema.ts";
import { roleWorkload } from "../../components/server.ts";
import { connectionBudget, maxConnections } from "../../platform/database.ts";
import { renderDynamicConfig } from "../../platform/dynamic-config.ts";
import { renderPostgresSettings } from "../../platform/postgres.ts";
import { defaultPorts, maxRolePort, serviceRoles } from "../../platform/roles.ts";
import { renderServerConfig } from "../../platform/server-config.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const authority = readFileSync(join(import.meta.dirname, "..", "config", "authority.pem"), "utf8");

/** The static config as the server sees it, its template expressions as plain words. */
function serverConfig(more: object = {}): Record<string, unknown> {
  const text = renderServerConfig(clusterWith(more)).replace(/\{\{[^}]*\}\}/g, "expanded");
  return load(text) as Record<string, unknown>;
}

describe("the roles", () => {
  it("have ports that PostgreSQL's schema can keep, and none twice", () => {
    const ports = serviceRoles.flatMap((role) => Object.values(defaultPorts[role]));
    expect(new Set(ports).size).toBe(ports.length);
    for (const port of ports) expect(port).toBeLessThanOrEqual(maxRolePort);
  });
});

describe("the server's static config", () => {
  it("is a template, and holds the password's name only", () => {
    const text = renderServerConfig(clusterWith());
    expect(text.split("\n", 1)).toEqual(["# enable-template"]);
    expect(text).toContain('password: {{ env "TEMPORAL_DB_PASSWORD" | toJson }}');
    expect(text).not.toContain("given by a test");
  });

  it("keeps as many idle connections as it may open", () => {
    const more = { server: { connections: { persistence: 33, visibility: 7 } } };
    expect(serverConfig(more)["persistence"]).toMatchObject({
      datastores: {
        default: { sql: { maxConns: 33, maxIdleConns: 33 } },
        visibility: { sql: { maxConns: 7, maxIdleConns: 7 } },
      },
    });
  });

  it("lets roles ask each other for a sign of life no more often than they allow", () => {
    const { services } = serverConfig() as {
      services: Record<
        string,
        {
          rpc: {
            clientConnectionConfig: { keepAliveClientParameters: { keepAliveTime: string } };
            keepAliveServerConfig?: { keepAliveEnforcementPolicy: { minTime: string } };
          };
        }
      >;
    };
    for (const role of serviceRoles) {
      const { clientConnectionConfig, keepAliveServerConfig } = services[role]?.rpc ?? {};
      const asked = clientConnectionConfig?.keepAliveClientParameters.keepAliveTime ?? "";
      const allowed = keepAliveServerConfig?.keepAliveEnforcementPolicy.minTime;
      // The frontend's server has keys of its own, and takes a ping every ten seconds (frontend.keepAliveMinTime).
      expect(allowed === undefined).toBe(role === "frontend");
      expect(Number.parseInt(asked)).toBeGreaterThanOrEqual(Number.parseInt(allowed ?? "10"));
    }
  });

  it("tries PostgreSQL anew rather than wait for the kernel", () => {
    expect(serverConfig()["persistence"]).toMatchObject({
      datastores: {
        default: { sql: { connectAttributes: { connect_timeout: "5" } } },
        visibility: { sql: { connectAttributes: { connect_timeout: "5" } } },
      },
    });
  });

  it("names the cluster after itself, not after the server's default", () => {
    expect(serverConfig({ name: "berlin" })["clusterMetadata"]).toMatchObject({
      masterClusterName: "berlin",
      currentClusterName: "berlin",
      failoverVersionIncrement: 10,
      clusterInformation: { berlin: { initialFailoverVersion: 1 } },
    });
  });

  it.each([
    ["disable", undefined],
    ["require", { enabled: true, enableHostVerification: false }],
    ["verify-full", { enabled: true, enableHostVerification: true }],
  ])("connects to an external PostgreSQL with tls %s", (tls, expected) => {
    const config = serverConfig({ postgres: { kind: "external", host: "db", port: 6432, tls } });
    const { datastores } = config["persistence"] as {
      datastores: Record<string, { sql: Record<string, unknown> }>;
    };
    expect(datastores["default"]?.sql["connectAddr"]).toBe("db:6432");
    expect(datastores["default"]?.sql["tls"]).toEqual(expected);
  });

  it("trusts the authority of an external PostgreSQL, and connects as the user says", () => {
    const postgres = {
      ...{ kind: "external", host: "db", tls: "verify-full", ca: authority },
      connectAttributes: { search_path: "temporal" },
    };
    const { datastores } = serverConfig({ postgres })["persistence"] as {
      datastores: Record<string, { sql: Record<string, unknown> }>;
    };
    const caFile = "/etc/temporal/postgres/ca.pem";
    expect(datastores["visibility"]?.sql).toMatchObject({
      tls: { enabled: true, enableHostVerification: true, caFile },
      connectAttributes: { search_path: "temporal", connect_timeout: "5", password: "expanded" },
    });
    const cluster = clusterWith({ postgres });
    for (const { files } of [roleWorkload(cluster, "history"), schemaTask(cluster)]) {
      expect(files).toContainEqual({ path: caFile, content: authority });
    }
    expect(schemaTask(cluster).environment).toMatchObject({
      SQL_TLS_CA_FILE: caFile,
      CONNECT_ATTRIBUTES: "search_path=temporal",
    });
  });

  it("reads the authority's certificate again for every connection where an operator renews it", () => {
    const target = { kind: "kubernetes", context: "x" };
    const config = serverConfig({ target, postgres: { kind: "cloudnative-pg" } });
    const sql = {
      connectAddr: "postgres-rw:5432",
      tls: { enabled: true, enableHostVerification: true, caFile: "/etc/temporal/postgres/ca.pem" },
      passwordCommand: { command: "true" },
    };
    expect(config["persistence"]).toMatchObject({
      datastores: { default: { sql }, visibility: { sql } },
    });
    expect(renderServerConfig(clusterWith())).not.toContain("passwordCommand");
  });
});

describe("the connection budget", () => {
  it("grows with every replica and fits what PostgreSQL is given", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(...serviceRoles),
        (count, role) => {
          const cluster = clusterWith({ server: { roles: { [role]: { replicas: count } } } });
          const budget = connectionBudget(cluster);
          expect(budget).toBe((3 + count) * 30 + 20);
          const given = maxConnections(cluster);
          expect(given).toBeGreaterThanOrEqual(Math.max(budget, 256));
          expect(Number.isInteger(Math.log2(given))).toBe(true);
          const settings = renderPostgresSettings({ memoryMiB: 1024 }, given);
          expect(settings).toContain(`max_connections = ${given} `);
        },
      ),
    );
  });
});

describe("PostgreSQL's settings", () => {
  it("never trade durability", () => {
    const settings = renderPostgresSettings({ memoryMiB: 4096 }, 100);
    expect(settings).not.toMatch(/^(fsync|full_page_writes|synchronous_commit)/m);
  });

  it("fit into any memory limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 256, max: 1 << 20 }), (memoryMiB) => {
        const settings = renderPostgresSettings({ memoryMiB }, 100);
        const [, buffers = ""] = /^shared_buffers = (\d+)MB/m.exec(settings) ?? [];
        const [, maintenance = ""] = /^maintenance_work_mem = (\d+)MB/m.exec(settings) ?? [];
        // Three autovacuum workers may use maintenance memory at the same time.
        expect(Number(buffers) + 3 * Number(maintenance)).toBeLessThan(memoryMiB / 2);
      }),
    );
  });
});

describe("the dynamic config", () => {
  const value = fc.oneof(fc.integer(), fc.boolean(), fc.string());
  const settings = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}\.[a-zA-Z]{1,12}$/), value);

  it("is what the user said, whatever the order of its keys", () => {
    fc.assert(
      fc.property(settings, (said) => {
        const constrained = Object.fromEntries(
          Object.entries(said).map(([key, one]) => [key, [{ value: one }]]),
        );
        const reversed = Object.fromEntries(Object.entries(constrained).reverse());
        expect(load(renderDynamicConfig(constrained))).toEqual(constrained);
        expect(renderDynamicConfig(reversed)).toBe(renderDynamicConfig(constrained));
      }),
    );
  });
});
