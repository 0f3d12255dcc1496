import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { basicAuthorization } from "../../platform/gateway.ts";
import {
  everythingBefore,
  type Recorded,
  type Recording,
  runProgram,
} from "../../testkit/harness.ts";

const container = "docker:index/container:Container";
const network = "temporal:docker:Network";
const readiness = "temporal:docker:Readiness";
const task = "temporal:docker:Task";
const group = "temporal:docker:WorkloadGroup";
let program: Recording;

beforeAll(async () => {
  program = await runProgram({ stack: "dev" });
});

const names = (resources: readonly Recorded[]): string[] =>
  resources.map(({ name }) => name).sort();

const containers = (): readonly Recorded[] => program.ofType(container);

/** Labels as the Docker provider or our own takes them. */
function labelsOf({ labels }: Recorded["inputs"]): Readonly<Record<string, string>> {
  if (!Array.isArray(labels)) return labels as Record<string, string>;
  return Object.fromEntries(
    (labels as { label: string; value: string }[]).map(({ label, value }) => [label, value]),
  );
}

describe("every resource", () => {
  it("has a parent, but for the platform, the registry and the providers", () => {
    const orphans = program.resources.filter(({ urn }) =>
      /::pulumi:pulumi:Stack\$[^$]*::/.test(urn),
    );
    expect(orphans.map(({ name }) => name).sort()).toEqual([
      "clusters",
      "dev",
      "dev-docker",
      "dev-temporal",
    ]);
  });

  it("has a name of its own", () => {
    const keys = program.resources.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([container, network, "docker:index/volume:Volume", task, group])(
    "carries the labels: %s",
    (type) => {
      const resources = program.ofType(type);
      expect(resources).not.toHaveLength(0);
      for (const { inputs } of resources) {
        expect(labelsOf(inputs)).toMatchObject({
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
    expect(names(containers())).toEqual(
      ["frontend", "gateway", "history", "matching", "postgres", "ui", "worker"].map(
        (name) => `temporal-dev-${name}-0`,
      ),
    );
  });

  it("runs an image with an exact version", () => {
    for (const { inputs } of [...containers(), ...program.ofType(task)]) {
      expect(inputs["image"]).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-bookworm|-alpine)?$/);
    }
  });

  it("has a health check that the engine rarely makes, and is started again", () => {
    for (const { inputs } of containers()) {
      expect(inputs).toMatchObject({ restart: "unless-stopped" });
      expect(inputs["healthcheck"]).toMatchObject({ interval: "30s", retries: 3 });
    }
  });

  it("is waited for by a command of ours in it, and not by the engine's check", () => {
    expect(names(program.ofType(readiness))).toEqual(
      names(containers()).map((name) => `${name}-ready`),
    );
    for (const { name, urn, inputs } of containers()) {
      const ready = program.named(`${name}-ready`);
      expect(ready.parent).toBe(urn);
      expect(ready.inputs).toMatchObject({ name, container: `${name}-id` });
      for (const key of ["wait", "waitTimeout"]) expect(inputs).not.toHaveProperty(key);
    }
  });

  it("leaves no command behind: it ends by itself soon after the deployment has stopped waiting", () => {
    for (const { inputs } of program.ofType(readiness)) {
      const { command, timeoutSeconds } = inputs as { command: string[]; timeoutSeconds: number };
      expect(command[0]).toBe("timeout");
      expect(Number(command[1])).toBeGreaterThan(timeoutSeconds);
    }
  });

  it.each([
    ["history", "takes connections: it says SERVING only seconds later", "nc 127.0.0.1 7234 <"],
    ["matching", "says SERVING", "nc 127.0.0.1 7235 | od"],
    ["gateway", "takes requests itself", "nc 127.0.0.1 7233 | head"],
    ["postgres", "takes connections", "'pg_isready'"],
  ])("%s is ready when it %s", (name, _when, command) => {
    const { inputs } = program.named(`temporal-dev-${name}-0-ready`);
    expect((inputs["command"] as string[]).at(-1)).toContain(command);
  });

  it("is bounded in memory, without swap, and in logs", () => {
    for (const { inputs } of containers()) {
      expect(inputs["memory"]).toBeGreaterThan(0);
      expect(inputs["memorySwap"]).toBe(inputs["memory"]);
      expect(inputs["logOpts"]).toEqual({ "max-size": "10m", "max-file": "3" });
    }
  });

  it("runs as a user, on a read-only root file system, without capabilities", () => {
    for (const { inputs } of containers()) {
      expect(inputs["user"]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(inputs["readOnly"]).toBe(true);
      expect(inputs["securityOpts"]).toEqual(["no-new-privileges:true"]);
      expect(inputs["capabilities"]).toEqual({ drops: ["ALL"], adds: [] });
    }
  });

  it("is on the cluster's own network, and only the gateway and the frontend are published, on loopback", () => {
    const published = containers().flatMap(({ name, inputs }) =>
      (inputs["ports"] as { ip: string; external: number; internal: number }[]).map(
        ({ ip, external, internal }) => `${name} ${ip}:${external} → ${internal}`,
      ),
    );
    expect(published.sort()).toEqual([
      "temporal-dev-frontend-0 127.0.0.1:7234 → 7233",
      "temporal-dev-gateway-0 127.0.0.1:7233 → 7233",
    ]);
    for (const { inputs } of containers()) {
      expect(inputs["networksAdvanced"]).toMatchObject([{ name: "temporal-dev-network" }]);
    }
    expect(program.ofType(network).map(({ inputs }) => inputs["name"])).toEqual([
      "temporal-dev-network",
    ]);
  });
});

describe("secrets", () => {
  const passwords = ["generated-dev-postgres-password", "generated-dev-gateway-password"];
  const uiAuthorization = createHash("sha256")
    .update(basicAuthorization("temporal", "generated-dev-gateway-password"))
    .digest("hex");

  it("reach the engine marked as such wherever they stand", () => {
    for (const { name, inputs, secretPaths } of program.resources) {
      const visible = JSON.stringify(inputs, (key, value: unknown) =>
        secretPaths.some((path) => path === key || path.startsWith(`${key}[`)) ? undefined : value,
      );
      for (const secret of [...passwords, uiAuthorization]) {
        expect(visible, name).not.toContain(secret);
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
      "cluster-metadata",
      "frontend-0",
      "history-0",
      "matching-0",
      "postgres-0",
      "schema",
      "worker-0",
    ]);
    const gateways = program
      .ofType(container)
      .filter(({ inputs }) => JSON.stringify(inputs).includes(uiAuthorization));
    expect(names(gateways)).toEqual(["temporal-dev-gateway-0"]);
  });
});

describe("a task", () => {
  it.each([
    ["schema", "temporal-dev-network"],
    ["cluster-metadata", "temporal-dev-network"],
    ["config-check", "temporal-dev-network"],
    ["postgres-data-owner", "none"],
    ["dynamic-config-owner", "none"],
    ["gateway-check", "temporal-dev-network"],
  ])("has the network that it needs: %s, %s", (name, expected) => {
    expect(program.named(`temporal-dev-${name}`).inputs["network"]).toBe(expected);
  });
});

describe("the dynamic config", () => {
  it("is written to a volume after the server has accepted it, and by a rename", () => {
    const { command, mounts } = program.named("temporal-dev-config-check").inputs as {
      command: string[];
      mounts: object[];
    };
    expect(mounts).toEqual([{ volume: "temporal-dev-dynamic-config", path: "/published" }]);
    expect(command.find((word) => word.includes("/published"))).toMatch(
      /^"\$@" && cp '\/etc\/temporal\/dynamic-config\/dynamic-config\.yaml' '(.*\.new)' && mv '\1' /,
    );
  });

  it.each(["history", "matching", "frontend", "worker"])(
    "is what %s reads, and cannot write",
    (role) => {
      expect(program.named(`temporal-dev-${role}-0`).inputs["mounts"]).toEqual([
        {
          type: "volume",
          source: "temporal-dev-dynamic-config",
          target: "/etc/temporal/dynamic-config",
          readOnly: true,
        },
      ]);
    },
  );
});

describe("the end", () => {
  it("is the same for the roles, the web UI and the gateway; PostgreSQL's comes after", () => {
    const together = ["frontend", "gateway", "history", "matching", "ui", "worker"].map(
      (name) => `temporal-dev-${name}-0`,
    );
    const stopped = program
      .ofType(container)
      .filter(({ deletedWith }) => deletedWith !== undefined);
    expect(names(stopped)).toEqual(together);
    for (const container of stopped) {
      expect(container.deletedWith).toBe("temporal-dev-workloads");
      expect(everythingBefore(program, container)).toContain("temporal-dev-workloads");
    }
  });

  it("finds them by a label that nobody else has", () => {
    const { labels } = program.named("temporal-dev-workloads").inputs as {
      labels: Record<string, string>;
    };
    const found = containers().filter(({ inputs }) =>
      Object.entries(labels).every(([key, value]) => labelsOf(inputs)[key] === value),
    );
    expect(names(found)).toEqual(
      names(containers()).filter((name) => name !== "temporal-dev-postgres-0"),
    );
    for (const { inputs } of program.ofType(task)) {
      expect(inputs["labels"]).not.toHaveProperty(["temporal-platform/stopped"]);
    }
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
        workers: {},
      },
    });
  });
});
