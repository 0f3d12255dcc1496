import { beforeAll, describe, expect, it } from "vitest";
import {
  everythingBefore,
  type Recorded,
  type Recording,
  runProgram,
} from "../../testkit/harness.ts";

const container = "docker:index/container:Container";
const task = "temporal:docker:Task";
let program: Recording;

beforeAll(async () => {
  program = await runProgram({ stack: "dev" });
});

const before = (resource: Recorded): ReadonlySet<string> => everythingBefore(program, resource);

const containers = (): readonly Recorded[] => program.ofType(container);

describe("every resource", () => {
  it("has a parent, but for the platform, the registry and the provider", () => {
    const orphans = program.resources.filter(({ urn }) =>
      /::pulumi:pulumi:Stack\$[^$]*::/.test(urn),
    );
    expect(orphans.map(({ name }) => name).sort()).toEqual(["clusters", "dev", "dev-docker"]);
  });

  it("has a name of its own", () => {
    const keys = program.resources.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([container, "docker:index/network:Network", "docker:index/volume:Volume", task])(
    "carries the labels: %s",
    (type) => {
      const resources = program.ofType(type);
      expect(resources).not.toHaveLength(0);
      for (const { inputs } of resources) {
        const given = inputs["labels"];
        const labels: unknown = Array.isArray(given)
          ? Object.fromEntries(
              (given as { label: string; value: string }[]).map(({ label, value }) => [
                label,
                value,
              ]),
            )
          : given;
        expect(labels).toMatchObject({
          "app.kubernetes.io/name": "temporal",
          "app.kubernetes.io/instance": "dev",
          "app.kubernetes.io/managed-by": "temporal-platform",
          "temporal-platform/stack": "dev",
        });
      }
    },
  );
});

describe("every container", () => {
  it("is one of PostgreSQL, the four roles, the web UI and the gateway", () => {
    expect(
      containers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      ["frontend", "gateway", "history", "matching", "postgres", "ui", "worker"].map(
        (name) => `temporal-dev-${name}-0`,
      ),
    );
  });

  it("runs an image with an exact version", () => {
    for (const { inputs } of [...containers(), ...program.ofType(task)]) {
      expect(inputs["image"]).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-bookworm)?$/);
    }
  });

  it("has a health check, is waited for, and is started again", () => {
    for (const { inputs } of containers()) {
      expect(inputs).toMatchObject({ wait: true, restart: "unless-stopped" });
      expect(inputs["healthcheck"]).toMatchObject({ interval: "5s", retries: 3 });
    }
  });

  it("is bounded in memory, without swap, and in logs", () => {
    for (const { inputs } of containers()) {
      expect(inputs["memory"]).toBeGreaterThan(0);
      expect(inputs["memorySwap"]).toBe(inputs["memory"]);
      expect(inputs["logOpts"]).toEqual({ "max-size": "10m", "max-file": "3" });
    }
  });

  it("runs as a user, on a read-only root file system, without capabilities", () => {
    for (const { name, inputs } of containers()) {
      expect(inputs["user"]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(inputs["readOnly"]).toBe(true);
      expect(inputs["securityOpts"]).toEqual(["no-new-privileges:true"]);
      expect(inputs["capabilities"]).toEqual({
        drops: ["ALL"],
        adds: name.includes("gateway") ? ["CAP_NET_BIND_SERVICE"] : [],
      });
    }
  });

  it("is on the cluster's own network, and only the gateway and the frontend are published, on loopback", () => {
    const published = containers().flatMap(({ name, inputs }) =>
      (inputs["ports"] as { ip: string; external: number; internal: number }[]).map(
        ({ ip, external, internal }) => `${name} ${ip}:${String(external)} → ${String(internal)}`,
      ),
    );
    expect(published.sort()).toEqual([
      "temporal-dev-frontend-0 127.0.0.1:7234 → 7233",
      "temporal-dev-gateway-0 127.0.0.1:7233 → 7233",
    ]);
    for (const { inputs } of containers()) {
      expect(inputs["networksAdvanced"]).toMatchObject([{ name: "temporal-dev" }]);
    }
  });
});

describe("secrets", () => {
  const passwords = ["generated-dev-postgres-password", "generated-dev-gateway-password"];

  it("reach the engine marked as such wherever they stand", () => {
    for (const { name, inputs, secretPaths } of program.resources) {
      const visible = JSON.stringify(inputs, (key, value: unknown) =>
        secretPaths.some((path) => path === key || path.startsWith(`${key}[`)) ? undefined : value,
      );
      for (const password of [...passwords, "hash-of-dev-gateway-password"]) {
        expect(visible, name).not.toContain(password);
      }
    }
  });

  it("stand in no file and no argument", () => {
    for (const { inputs } of [...containers(), ...program.ofType(task)]) {
      const command = JSON.stringify(inputs["entrypoints"] ?? inputs["command"]);
      for (const password of passwords) expect(command).not.toContain(password);
    }
  });

  it("are in the environment of those that need them, and of no one else", () => {
    const holders = program.resources
      .filter(({ secretPaths }) => secretPaths.length > 0)
      .filter(({ custom }) => custom)
      .filter(({ inputs }) => JSON.stringify(inputs).includes("generated-dev-postgres-password"))
      .map(({ name }) => name.replace("temporal-dev-", ""));
    expect(holders.sort()).toEqual([
      "config-check",
      "frontend-0",
      "history-0",
      "matching-0",
      "postgres-0",
      "schema",
      "worker-0",
    ]);
  });
});

describe("the order", () => {
  const arrows: [later: string, earlier: string[]][] = [
    ["temporal-dev-postgres-0", ["temporal-dev-postgres-data", "temporal-dev-postgres-data-owner"]],
    ["temporal-dev-schema", ["temporal-dev-postgres-0"]],
    ["temporal-dev-history-0", ["temporal-dev-schema", "temporal-dev-config-check", "clusters"]],
    ["temporal-dev-matching-0", ["temporal-dev-history-0", "temporal-dev-schema"]],
    ["temporal-dev-frontend-0", ["temporal-dev-history-0", "temporal-dev-schema"]],
    ["temporal-dev-worker-0", ["temporal-dev-frontend-0", "temporal-dev-matching-0"]],
    ["temporal-dev-namespaces", ["temporal-dev-worker-0", "temporal-dev-frontend-0"]],
    ["temporal-dev-ui-0", ["temporal-dev-frontend-0"]],
    ["temporal-dev-gateway-0", ["temporal-dev-ui-0", "temporal-dev-frontend-0"]],
  ];

  it.each(arrows)("%s waits for %s", (later, earlier) => {
    expect([...before(program.named(later))]).toEqual(expect.arrayContaining(earlier));
  });
});

describe("the outputs", () => {
  it("say how the cluster is reached", () => {
    expect(program.outputs["clusters"]).toEqual({
      dev: {
        uiUrl: "http://127.0.0.1:7233/",
        uiUser: "temporal",
        gatewayAddress: "127.0.0.1:7233",
        gatewayTransport: "cleartext",
        grpcAddress: "127.0.0.1:7234",
        grpcTransport: "cleartext",
        namespaces: ["default"],
      },
    });
  });
});
