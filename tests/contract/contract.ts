/**
 * The contract of both targets: the life of a cluster, whatever it runs on: up, used, changed, refused, stopped, up again, destroyed.
 * The tests build on each other.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRaw } from "../../testkit/raw-call.ts";
import { type Changes } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";
import { rolled, type Running, type Subject } from "../../testkit/subject.ts";
import { commandsContract } from "./commands.ts";
import { gatewayContract, type Reached } from "./gateway.ts";
import { gatewayAccessContract } from "./gateway-access.ts";
import { objectsContract } from "./objects.ts";

const nothing: Changes = { created: [], updated: [], replaced: [], deleted: [] };
/** The gateway with a further name for the web UI. */
const named = { hosts: ["temporal.test"] };
const roles = ["frontend", "history", "matching", "worker"];
const workloads = ["frontend", "gateway", "history", "matching", "postgres", "ui", "worker"];

/** Defines the tests; `arrange` makes a cluster that is not up yet. */
export function contract(arrange: () => Promise<Subject>): void {
  let subject: Subject;
  let ui: string;
  let gateway: string;
  let grpc: string;
  let password: string;

  const configure = (more: object = {}): Promise<void> =>
    subject.stack.configure({
      clusters: [{ name: subject.name, target: subject.target, ...more }],
    });
  /** What runs when everything is healthy. History says so only some seconds after it can be used. */
  const healthy = async (): Promise<Running> => {
    const names = async (): Promise<string[]> => Object.keys(await subject.running()).sort();
    await expect.poll(names, { timeout: 120_000, interval: 500 }).toEqual(workloads);
    return subject.running();
  };
  /** Brings the stack up and says which workloads have other replicas than before. */
  const rolledByUp = async (): Promise<string[]> => {
    const before = await healthy();
    await subject.stack.up();
    return rolled(before, await healthy());
  };

  beforeAll(async () => {
    subject = await arrange();
    await configure();
    await subject.stack.up();
    const { clusters, uiPasswords } = (await subject.stack.outputs()) as {
      clusters: Record<string, { uiUrl: string; gatewayAddress: string; grpcAddress: string }>;
      uiPasswords: Record<string, string>;
    };
    const addresses = clusters[subject.name];
    ui = new URL(addresses?.uiUrl ?? "").host;
    gateway = addresses?.gatewayAddress ?? "";
    grpc = addresses?.grpcAddress ?? "";
    password = uiPasswords[subject.name] ?? "";
  });

  afterAll(async () => {
    await subject.dispose();
  });

  describe("after up", () => {
    it("PostgreSQL, the four roles, the web UI and the gateway are healthy", async () => {
      expect(Object.keys(await healthy()).sort()).toEqual(workloads);
    });

    it("no container was started twice", async () => {
      expect(await subject.restarts()).toBe(0);
    });

    it("a second up changes nothing", async () => {
      expect(await subject.stack.up()).toEqual(nothing);
    });

    it("no password stands in the state in clear", async () => {
      const state = await subject.stack.state();
      expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
      expect(state).not.toContain(password);
    });

    it("the namespace default keeps closed workflows for 30 days", async () => {
      const described = await temporal(gateway, "operator", "namespace", "describe", "default");
      expect(described).toMatch(/Retention\S* +720h/);
    });

    it("the database belongs to a role that may do nothing else, and the superuser has no way in from outside", async () => {
      const psql = ["psql", "-P", "pager=off", "-h", "/tmp", "-U", "postgres", "-Atc"];
      const rights =
        "SELECT rolname, rolsuper, rolcreaterole, pg_get_userbyid(datdba) FROM pg_roles, pg_database WHERE rolname = 'temporal' AND datname = 'temporal'";
      expect((await subject.exec("postgres", ...psql, rights)).trim()).toBe(
        "temporal|f|f|temporal",
      );
      const rules =
        "SELECT auth_method FROM pg_hba_file_rules WHERE type = 'host' AND user_name = '{postgres}'";
      expect((await subject.exec("postgres", ...psql, rules)).trim()).toBe("reject");
    });

    it("an id that is longer than the database keeps is refused at once", async () => {
      const long = ["--workflow-id", "x".repeat(256), "--type", "greet", "--task-queue", taskQueue];
      await expect(temporal(grpc, "workflow", "start", ...long)).rejects.toThrow(
        "WorkflowId exceeds maximum allowed length",
      );
      const queue = ["--workflow-id", "short", "--type", "greet", "--task-queue", "x".repeat(256)];
      await expect(temporal(grpc, "workflow", "start", ...queue)).rejects.toThrow(/exceeds/i);
    });

    it("the cluster has the identity that was asked for", async () => {
      const described = JSON.parse(
        await temporal(grpc, "operator", "cluster", "describe", "--output", "json"),
      ) as object;
      expect(described).toMatchObject({ clusterName: subject.name, historyShardCount: 512 });
    });
  });

  describe.each([
    ["the gateway", () => gateway],
    ["the frontend", () => grpc],
  ])("through %s", (_where, address) => {
    it("a workflow is started, queried, signalled and done, its activity included", async () => {
      const id = `greet-${Date.now()}`;
      const one = ["--workflow-id", id];
      await withWorker(address(), async () => {
        await temporal(
          address(),
          ...["workflow", "start", ...one, "--type", "greet", "--task-queue", taskQueue],
        );
        const query = ["workflow", "query", ...one, "--type", "name"];
        expect(await temporal(address(), ...query)).toContain("nobody yet");
        await temporal(
          address(),
          ...["workflow", "signal", ...one, "--name", "name", "--input", '"Ada"'],
        );
        expect(await temporal(address(), "workflow", "result", ...one)).toContain("Hello, Ada!");
      });
      const history = await temporal(address(), "workflow", "show", ...one);
      for (const event of ["Signaled", "ActivityTaskCompleted", "WorkflowExecutionCompleted"]) {
        expect(history).toContain(event);
      }
    });

    it("a workflow is cancelled and found in the list", async () => {
      const id = `cancel-${Date.now()}`;
      const one = ["--workflow-id", id];
      await withWorker(address(), async () => {
        await temporal(
          address(),
          ...["workflow", "start", ...one, "--type", "greet", "--task-queue", taskQueue],
        );
        await temporal(address(), "workflow", "cancel", ...one);
        await expect(temporal(address(), "workflow", "result", ...one)).rejects.toThrow(/cancel/i);
      });
      const list = (): Promise<string> =>
        temporal(address(), "workflow", "list", "--query", `WorkflowId = "${id}"`);
      await expect.poll(list, { timeout: 10_000 }).toContain("Canceled");
    });
  });

  const reached = (): Reached => ({ subject, ui, grpc: gateway, password });
  gatewayContract(reached);
  gatewayAccessContract(reached);
  commandsContract(() => ({ subject, gateway, password, workloads }));
  objectsContract(() => ({ subject, grpc, configure, rolledByUp }));

  describe("a change of config", () => {
    it("of the retention replaces nothing", async () => {
      await configure({ namespaces: { default: { retention: "7d" } } });
      expect(await rolledByUp()).toEqual([]);
      const described = await temporal(grpc, "operator", "namespace", "describe", "default");
      expect(described).toMatch(/Retention\S* +168h/);
    });

    it("of the web UI's names replaces the gateway and nothing else", async () => {
      await configure({ namespaces: { default: { retention: "7d" } }, gateway: named });
      expect(await rolledByUp()).toEqual(["gateway"]);
      const call = { protocol: "HTTP/1.1", path: "/", headers: { host: "temporal.test" } } as const;
      expect((await sendRaw(ui, call)).status).toBe(401);
    });

    it("of the log level replaces the four roles and nothing else", async () => {
      await configure({ gateway: named, server: { logLevel: "warn" } });
      expect(await rolledByUp()).toEqual(roles);
    });

    it("of a limit in the dynamic config comes into force in the roles that run, and replaces nothing", async () => {
      const limit = { "limit.maxIDLength": 100 };
      const start = (length: number): Promise<string> => {
        const one = ["--workflow-id", "x".repeat(length), "--type", "greet"];
        return temporal(grpc, "workflow", "start", ...one, "--task-queue", "nobody");
      };
      await start(101);
      await configure({
        gateway: named,
        server: { logLevel: "warn", dynamicConfig: limit },
      });
      expect(await rolledByUp()).toEqual([]);
      // The server reads the file again every 10 s; a kubelet writes it within its own period of up to two minutes.
      const refused = async (): Promise<string> => start(102).then(String, String);
      await expect
        .poll(refused, { timeout: 180_000, interval: 1000 })
        .toContain("WorkflowId exceeds maximum allowed length");
      expect(await subject.stack.up()).toEqual(nothing);
    });

    it("of a key that history reads at its start replaces history and nothing else", async () => {
      await configure({
        gateway: named,
        server: { logLevel: "warn", dynamicConfig: { "history.cacheTTL": "2h" } },
      });
      expect(await rolledByUp()).toEqual(["history"]);
    });

    it("that the server's own binary refuses reaches no role", async () => {
      const before = await healthy();
      await configure({
        gateway: named,
        server: { logLevel: "warn", dynamicConfig: { "frontend.noSuchKey": 1 } },
      });
      const { exitCode, output } = await subject.stack.tryUp();
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(/unregistered key "frontend\.nosuchkey"/i);
      expect(output).toContain("refuses a key or value of clusters[].server.dynamicConfig");
      expect(rolled(before, await healthy())).toEqual([]);
      await configure({ gateway: named, server: { logLevel: "warn" } });
      expect(await rolledByUp()).toEqual(["history"]);
    });
  });

  describe("what would part a cluster from its data is refused at preview", () => {
    const server = { logLevel: "warn" };
    it.each([
      [
        "another number of shards",
        { server: { ...server, numHistoryShards: 1024 } },
        (name: string) => `server.numHistoryShards of cluster ${name} is 512 for ever`,
      ],
      [
        "another failover version",
        { identity: { initialFailoverVersion: 2 } },
        (name: string) => `identity.initialFailoverVersion of cluster ${name} is 1 for ever`,
      ],
      [
        "another increment",
        { identity: { failoverVersionIncrement: 100 } },
        (name: string) => `identity.failoverVersionIncrement of cluster ${name} is 10 for ever`,
      ],
      [
        "another name",
        { name: "other" },
        (name: string) => `cluster ${name} is no longer in temporal-platform:clusters`,
      ],
      [
        "an older version",
        { server: { ...server, version: "1.31.2" } },
        () => "that is an older minor version",
      ],
    ])("%s", async (_what, change, message) => {
      await configure(change);
      const { exitCode, output } = await subject.stack.preview();
      expect(exitCode).not.toBe(0);
      expect(output.replace(/\s+/g, " ")).toContain(message(subject.name));
    });
  });

  describe("all roles taken away at once", () => {
    it("are made anew and find each other", async () => {
      await configure();
      const before = await healthy();
      await subject.removeAll(roles);
      await subject.stack.up();
      expect(rolled(before, await healthy())).toEqual(expect.arrayContaining(roles));
      // The worker may give up once, see decision 0011.
      expect(await subject.restarts()).toBeLessThanOrEqual(1);
      await withWorker(grpc, async () => {
        const one = ["--workflow-id", `after-${Date.now()}`];
        await temporal(
          grpc,
          ...["workflow", "start", ...one, "--type", "greet", "--task-queue", taskQueue],
        );
        await temporal(
          grpc,
          ...["workflow", "signal", ...one, "--name", "name", "--input", '"Ada"'],
        );
        expect(await temporal(grpc, "workflow", "result", ...one)).toContain("Hello, Ada!");
      });
    });
  });

  describe("a process that died", () => {
    it.each(["history", "postgres"])("of %s comes back by itself", async (workload) => {
      await configure();
      const before = await subject.restarts(workload);
      await subject.kill(workload);
      const restarts = (): Promise<number> => subject.restarts(workload);
      await expect.poll(restarts, { timeout: 60_000 }).toBeGreaterThan(before);
      await healthy();
      await expect
        .poll(() => temporal(grpc, "operator", "cluster", "health"), { timeout: 60_000 })
        .toContain("SERVING");
    });
  });

  describe("down and up at once", () => {
    it("leaves nothing that runs", async () => {
      await subject.stack.up({ TEMPORAL_LIFECYCLE: "stopped" });
      expect(await subject.running()).toEqual({});
    });

    it("finds the workflows where they were, and the passwords, and starts no container twice", async () => {
      await subject.stack.up();
      await healthy();
      expect(await subject.restarts()).toBe(0);
      const { uiPasswords } = await subject.stack.outputs();
      expect((uiPasswords as Record<string, string>)[subject.name]).toBe(password);
      await expect
        .poll(() => temporal(gateway, "workflow", "list"), { timeout: 10_000 })
        .toMatch(/Completed +greet-/);
    });
  });

  describe("destroy", () => {
    it("leaves nothing", async () => {
      await subject.stack.destroy();
      expect(await subject.leftOvers()).toEqual([]);
    });

    it("leaves commands nothing to do, and they say so", async () => {
      for (const command of [["status"], ["logs"], ["manage", "stop"], ["manage", "uninstall"]]) {
        expect((await subject.stack.command(command)).exitCode).toBe(2);
      }
    });
  });
}
