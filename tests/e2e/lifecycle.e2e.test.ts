/**
 * The life of a stack on the real engine: up, used, changed, refused, stopped, up again, destroyed. The tests build on each other.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { uniqueName } from "../support/leftovers.ts";
import { type Changes, freePort, TestStack } from "../support/stack.ts";
import { temporal } from "../support/temporal-cli.ts";
import { taskQueue, withWorker } from "../support/worker.ts";

const nothing: Changes = { created: [], updated: [], replaced: [], deleted: [] };
const roles = ["frontend", "history", "matching", "worker"];
const name = uniqueName("life");
const container = (workload: string): string => `temporal-${name}-${workload}-0`;

let stack: TestStack;
let gateway: string;
let grpc: string;
let password: string;
let config: { name: string; target: object };

beforeAll(async () => {
  const publish = { port: await freePort(), grpcPort: await freePort() };
  config = { name, target: { kind: "docker", publish } };
  gateway = `127.0.0.1:${String(publish.port)}`;
  grpc = `127.0.0.1:${String(publish.grpcPort)}`;
  stack = await TestStack.create({ clusters: [config] });
  await stack.up();
  const outputs = await stack.outputs();
  password = (outputs["uiPasswords"] as Record<string, string>)[name] ?? "";
});

afterAll(async () => {
  await stack.dispose();
});

describe("after up", () => {
  it("PostgreSQL, the four roles, the web UI and the gateway are healthy", async () => {
    expect(await stack.healthy()).toEqual(
      ["frontend", "gateway", "history", "matching", "postgres", "ui", "worker"].map(container),
    );
  });

  it("a second up changes nothing", async () => {
    expect(await stack.up()).toEqual(nothing);
  });

  it("no password stands in the state in clear", async () => {
    const state = await stack.state();
    expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(state).not.toContain(password);
  });

  it("the namespace default keeps closed workflows for 30 days", async () => {
    const described = await temporal(gateway, "operator", "namespace", "describe", "default");
    expect(described).toMatch(/Retention\S* +720h/);
  });

  it("the cluster has the identity that was asked for", async () => {
    const described = JSON.parse(
      await temporal(grpc, "operator", "cluster", "describe", "--output", "json"),
    ) as object;
    expect(described).toMatchObject({ clusterName: name, historyShardCount: 512 });
  });
});

describe.each([
  ["the gateway", () => gateway],
  ["the frontend", () => grpc],
])("through %s", (_where, address) => {
  it("a workflow is started, queried, signalled and done, its activity included", async () => {
    const id = `greet-${String(Date.now())}`;
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
    const id = `cancel-${String(Date.now())}`;
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

describe("the gateway", () => {
  const get = (path: string, credentials?: string): Promise<Response> =>
    fetch(`http://${gateway}${path}`, {
      headers:
        credentials === undefined
          ? {}
          : { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
    });

  it("answers probes without a password", async () => {
    const response = await get("/health");
    expect([response.status, await response.text()]).toEqual([200, "SERVING"]);
  });

  it.each([
    ["no password", undefined],
    ["a wrong password", "temporal:wrong"],
    ["a wrong user", "admin:wrong"],
  ])("refuses the web UI with %s", async (_what, credentials) => {
    expect((await get("/", credentials)).status).toBe(401);
    expect((await get("/api/v1/namespaces", credentials)).status).toBe(401);
  });

  it("shows the workflows to a browser with the password", async () => {
    const browser = await startBrowser();
    onTestFinished(() => browser.close());
    const page = await browser.newPage({ httpCredentials: { username: "temporal", password } });
    await page.goto(`http://${gateway}/namespaces/default/workflows`);
    await page
      .getByText(/^greet-/)
      .first()
      .waitFor({ timeout: 30_000 });
  });

  it("keeps who called what with what result, and no password", async () => {
    const log = await auditLog();
    const started = log.find(({ request }) => request.uri.endsWith("/StartWorkflowExecution"));
    expect(started).toMatchObject({
      request: {
        remote_ip: expect.any(String) as string,
        headers: { "Client-Name": ["temporal-cli"], "Temporal-Namespace": ["default"] },
      },
      status: 200,
      resp_headers: { "Trailer:Grpc-Status": ["0"] },
    });
    expect(log.some(({ user_id }) => user_id === "temporal")).toBe(true);
    expect(log.some(({ status }) => status === 401)).toBe(true);
    expect(JSON.stringify(log)).not.toContain(password);
    expect(JSON.stringify(log)).not.toMatch(/Basic [A-Za-z0-9+/=]{8}/);
  });
});

describe("a change of config", () => {
  it("of the retention touches the namespaces and nothing else", async () => {
    await stack.configure({
      clusters: [{ ...config, namespaces: { default: { retention: "7d" } } }],
    });
    expect(await stack.up()).toEqual({ ...nothing, updated: [`temporal-${name}-namespaces`] });
    const described = await temporal(grpc, "operator", "namespace", "describe", "default");
    expect(described).toMatch(/Retention\S* +168h/);
  });

  it("of the audit log replaces the gateway and nothing else, and the log stays", async () => {
    await stack.configure({
      clusters: [
        {
          ...config,
          namespaces: { default: { retention: "7d" } },
          gateway: { auditLog: "30d" },
        },
      ],
    });
    expect(await stack.up()).toEqual({ ...nothing, replaced: [container("gateway")] });
    expect(
      (await auditLog()).some(({ request }) => request.uri.endsWith("/StartWorkflowExecution")),
    ).toBe(true);
  });

  it("of the log level is checked by the server, then replaces the four roles and nothing else", async () => {
    config = { ...config, ...{ server: { logLevel: "warn" } } };
    await stack.configure({ clusters: [config] });
    const changes = await stack.up();
    expect(changes.replaced).toEqual([container("gateway"), ...roles.map(container)].sort());
    expect(changes.updated).toEqual([
      `temporal-${name}-config-check`,
      `temporal-${name}-namespaces`,
    ]);
  });

  it("that the server's own binary refuses reaches no role", async () => {
    await stack.configure({
      clusters: [
        { ...config, server: { logLevel: "warn", dynamicConfig: { "frontend.noSuchKey": 1 } } },
      ],
    });
    const { exitCode, output } = await stack.tryUp();
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/unregistered key "frontend\.nosuchkey"/i);
    expect(output).toContain("refuses a key or value of clusters[].server.dynamicConfig");
    expect(output).not.toMatch(new RegExp(`temporal-${name}-\\w+-0 (replaced|deleted)`));
    await stack.configure({ clusters: [config] });
    await stack.up();
    expect(await stack.healthy()).toHaveLength(7);
  });
});

describe("what would part a cluster from its data is refused at preview", () => {
  const server = { logLevel: "warn" };
  it.each([
    [
      "another number of shards",
      () => [{ ...config, server: { ...server, numHistoryShards: 1024 } }],
      `server.numHistoryShards of cluster ${name} is 512 for ever`,
    ],
    [
      "another failover version",
      () => [{ ...config, identity: { initialFailoverVersion: 2 } }],
      `identity.initialFailoverVersion of cluster ${name} is 1 for ever`,
    ],
    [
      "another increment",
      () => [{ ...config, identity: { failoverVersionIncrement: 100 } }],
      `identity.failoverVersionIncrement of cluster ${name} is 10 for ever`,
    ],
    [
      "another name",
      () => [{ ...config, name: "other" }],
      `cluster ${name} is no longer in temporal-platform:clusters`,
    ],
    [
      "an older version",
      () => [{ ...config, server: { ...server, version: "1.31.2" } }],
      "that is a downgrade",
    ],
  ])("%s", async (_what, clusters, message) => {
    await stack.configure({ clusters: clusters() });
    const { exitCode, output } = await stack.preview();
    expect(exitCode).not.toBe(0);
    expect(output.replace(/\s+/g, " ")).toContain(message);
    await stack.configure({ clusters: [config] });
  });
});

describe("down and up again", () => {
  it("keeps data and passwords and nothing that runs", async () => {
    await stack.up({ TEMPORAL_LIFECYCLE: "stopped" });
    expect(await stack.leftOvers()).toEqual([
      `temporal-${name}`,
      `temporal-${name}-gateway-audit`,
      `temporal-${name}-postgres-data`,
    ]);
  });

  it("finds the workflows where they were", async () => {
    await stack.up();
    expect(await stack.healthy()).toHaveLength(7);
    const outputs = await stack.outputs();
    expect((outputs["uiPasswords"] as Record<string, string>)[name]).toBe(password);
    expect(await temporal(gateway, "workflow", "list")).toMatch(/Completed +greet-/);
  });
});

describe("a container that died", () => {
  it("comes back by itself", async () => {
    const history = stack.docker.getContainer(container("history"));
    const before = await history.inspect();
    process.kill(before.State.Pid, "SIGKILL");
    await expect
      .poll(async () => (await history.inspect()).RestartCount, { timeout: 30_000 })
      .toBe(before.RestartCount + 1);
    await expect.poll(() => stack.healthy(), { timeout: 90_000 }).toHaveLength(7);
  });

  it("is made again by the next up when someone removed it", async () => {
    await stack.docker.getContainer(container("ui")).remove({ force: true, v: true });
    const changes = await stack.up();
    expect(changes.created).toEqual([container("ui")]);
    expect(await stack.healthy()).toHaveLength(7);
  });
});

describe("destroy", () => {
  it("leaves nothing", async () => {
    await stack.destroy();
    expect(await stack.leftOvers()).toEqual([]);
  });
});

interface AuditEntry {
  readonly request: {
    readonly remote_ip: string;
    readonly uri: string;
    readonly headers: Readonly<Record<string, readonly string[]>>;
  };
  readonly user_id: string;
  readonly status: number;
}

async function auditLog(): Promise<readonly AuditEntry[]> {
  const exec = await stack.docker.getContainer(container("gateway")).exec({
    Cmd: ["cat", "/var/log/gateway/audit.log"],
    AttachStdout: true,
    Tty: true,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AuditEntry);
}
