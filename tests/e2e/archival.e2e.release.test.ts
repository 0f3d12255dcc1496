/**
 * Closed workflows beyond their retention: gone from PostgreSQL, and read back from the object store.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startBrowser } from "../../testkit/browser.ts";
import { execIn } from "../../testkit/exec.ts";
import { type ExternalArchive, startExternalArchive } from "../../testkit/external-archive.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";

const retentionSeconds = 8;
const patience = { timeout: 180_000, interval: 1000 };
const archived = { archival: { history: "enabled", visibility: "enabled" } };
/** What makes hours of seconds; a real cluster leaves all of it out. */
const dynamicConfig = {
  "history.archivalProcessorArchiveDelay": "1s",
  "history.retentionTimerJitterDuration": "1s",
  "system.namespaceMinRetentionLocal": "1s",
};

let stack: TestStack;
let ui: string;

/** A cluster on ports of its own. */
async function arranged(name: string): Promise<object> {
  const publish = { ui: await freePort(), frontend: await freePort() };
  ui = `127.0.0.1:${publish.ui}`;
  return { name, target: { kind: "docker", publish }, server: { dynamicConfig } };
}

beforeAll(async () => {
  stack = await TestStack.create({});
  await imagesOn(stack.docker, ["archive"]);
});

afterAll(async () => {
  await stack.dispose();
});

const cli = (...args: readonly string[]): Promise<string> => temporal(ui, ...args);

describe("an object store of the platform's own", () => {
  const name = uniqueName("archival");
  const container = (workload: string) =>
    stack.docker.getContainer(`temporal-${name}-${workload}-0`);
  const volume = `temporal-${name}-archive-data`;
  let cluster: object;

  /** Has the archive or not, in the next deployment. */
  const configured = (
    kind: "managed" | "none",
    { onDestroy = "delete", moved = {} }: { onDestroy?: "delete" | "keep"; moved?: object } = {},
  ): Promise<void> => {
    const namespaces = { default: kind === "managed" ? archived : {}, kept: {} };
    const clusters = [{ ...cluster, onDestroy, archival: { kind }, namespaces }];
    return stack.configure({ clusters, moved });
  };

  beforeAll(async () => {
    cluster = await arranged(name);
    await configured("managed");
    await stack.up();
    const update = ["operator", "namespace", "update", "--namespace", "default"];
    await cli(...update, "--retention", `${retentionSeconds}s`);
  });

  const greet = async (workflowId: string): Promise<string> => {
    const one = ["--workflow-id", workflowId];
    return withWorker(ui, async () => {
      const start = ["workflow", "start", ...one, "--type", "greet", "--task-queue", taskQueue];
      const started = await cli(...start, "--output", "json");
      await cli("workflow", "signal", ...one, "--name", "name", "--input", '"Ada"');
      expect(await cli("workflow", "result", ...one)).toContain("Hello, Ada!");
      return (JSON.parse(started) as { runId: string }).runId;
    });
  };

  /** How many rows PostgreSQL has of a run: of the execution, and of its history. */
  const rows = async (runId: string): Promise<string> => {
    const hexadecimal = runId.replaceAll("-", "");
    const count = (table: string, column: string): string =>
      `(SELECT count(*) FROM ${table} WHERE encode(${column}, 'hex') = '${hexadecimal}')`;
    const query = `SELECT ${count("executions", "run_id")}, ${count("history_tree", "tree_id")} > 0, ${count("history_node", "tree_id")} > 0`;
    const psql = [
      "psql",
      "-P",
      "pager=off",
      "-h",
      "127.0.0.1",
      "-U",
      "temporal",
      "-d",
      "temporal",
      "-qAtc",
      query,
    ];
    const { output } = await execIn(container("postgres"), [
      ...["/bin/sh", "-c", 'export PGPASSWORD="$POSTGRES_PASSWORD"; exec "$@"', "sh", ...psql],
    ]);
    return output.trim();
  };
  const [inPostgres, gone] = ["1|t|t", "0|f|f"];

  const listed = async (): Promise<readonly string[]> => {
    const list = ["workflow", "list", "--archived", "--output", "json"];
    const found = JSON.parse(await cli(...list)) as { execution: { workflowId: string } }[];
    return found.map(({ execution }) => execution.workflowId);
  };

  const eventsOf = async (workflowId: string, runId: string): Promise<readonly string[]> => {
    const show = ["workflow", "show", "--workflow-id", workflowId, "--run-id", runId];
    const { events } = JSON.parse(await cli(...show, "--output", "json")) as {
      events: { eventType: string }[];
    };
    return events.map(({ eventType }) => eventType);
  };

  it("is asked for by the namespaces that say so, and by no other", async () => {
    const described = (namespace: string) =>
      cli("operator", "namespace", "describe", "--namespace", namespace);
    const bucket = "s3://temporal-archive";
    const own = await described("default");
    expect(own.split("\n").filter((line) => line.includes(bucket))).toHaveLength(2);
    expect(await described("kept")).not.toContain(bucket);
  });

  it("has a closed workflow's history after PostgreSQL has none of it", async () => {
    const runId = await greet("kept-for-ever");
    expect(await rows(runId)).toBe(inPostgres);
    await expect.poll(() => rows(runId), patience).toBe(gone);
    await expect(cli("workflow", "describe", "--workflow-id", "kept-for-ever")).rejects.toThrow(
      /not found/i,
    );
    expect(await listed()).toEqual(["kept-for-ever"]);
    const events = await eventsOf("kept-for-ever", runId);
    expect(events[0]).toBe("EVENT_TYPE_WORKFLOW_EXECUTION_STARTED");
    expect(events.at(-1)).toBe("EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED");
  });

  it("is read by the web UI", async () => {
    const { uiPasswords } = (await stack.outputs()) as { uiPasswords: Record<string, string> };
    const browser = await startBrowser();
    onTestFinished(() => browser.close());
    const page = await browser.newPage({
      httpCredentials: { username: "temporal", password: uiPasswords[name] ?? "" },
    });
    await page.goto(`http://${ui}/namespaces/default/archival`);
    const text = (): Promise<string> => page.locator("body").innerText();
    await expect.poll(text, { timeout: 30_000, interval: 1000 }).toContain("kept-for-ever");
    await page.getByText("kept-for-ever").first().click();
    await expect
      .poll(text, { timeout: 30_000, interval: 1000 })
      .toContain("Workflow Execution Completed");
  });

  it("loses nothing while it is away: PostgreSQL keeps what it has not taken yet", async () => {
    await container("archive").stop();
    const runId = await greet("closed-in-between");
    await sleep(2 * retentionSeconds * 1000);
    expect(await rows(runId)).toBe(inPostgres);
    await container("archive").start();
    await expect.poll(() => rows(runId), patience).toBe(gone);
    expect((await listed()).toSorted()).toEqual(["closed-in-between", "kept-for-ever"]);
    expect(await eventsOf("closed-in-between", runId)).toContain(
      "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED",
    );
  });

  it("has what it had after a down and an up", async () => {
    await stack.up({ TEMPORAL_LIFECYCLE: "stopped" });
    await stack.up();
    expect((await listed()).toSorted()).toEqual(["closed-in-between", "kept-for-ever"]);
  });

  it("is not switched off while its volume would go, and the preview says what to do", async () => {
    await configured("none");
    const { exitCode, output } = await stack.preview();
    expect(exitCode).not.toBe(0);
    const oneLine = output.replace(/\s+/g, " ");
    expect(oneLine).toContain(`archival of cluster ${name} is managed, and its volume would be`);
    expect(oneLine).toContain(`add "${name}: { archival.kind: none }" to temporal-platform:moved`);
  });

  it("leaves its volume behind where onDestroy is keep, and a later one takes it up again", async () => {
    await configured("managed", { onDestroy: "keep" });
    await stack.up();
    await configured("none", { onDestroy: "keep" });
    await stack.up();
    const left = await stack.leftOvers();
    expect(left).toContain(volume);
    expect(left).not.toContain(`temporal-${name}-archive-0`);
    await configured("managed");
    await stack.up();
    expect((await listed()).toSorted()).toEqual(["closed-in-between", "kept-for-ever"]);
  });

  it("goes with its volume when the config says so in words", async () => {
    await configured("none", { moved: { [name]: { "archival.kind": "none" } } });
    await stack.up();
    expect(await stack.leftOvers()).not.toContain(volume);
  });
});

describe("an object store of somebody else's", () => {
  const keys = { id: "app", secret: 'given "by" an\\administrator' };
  let store: ExternalArchive;
  let cluster: object;

  beforeAll(async () => {
    await stack.destroy();
    store = await startExternalArchive(stack.docker, keys);
    await store.make("closed-workflows");
    cluster = await arranged(uniqueName("external"));
  });

  afterAll(async () => {
    await store.dispose();
  });

  const tried = async (
    { bucket = "closed-workflows", id = keys.id, secret = keys.secret, kind = "keys" } = {},
    endpoint = store.endpoint,
  ): Promise<{ exitCode: number; output: string }> => {
    const archival = {
      ...{ kind: "external", bucket, prefix: "test", region: "us-east-1", endpoint },
      ...{ pathStyle: true, credentials: { kind } },
    };
    await stack.configure({
      clusters: [{ ...cluster, archival, namespaces: { orders: archived } }],
    });
    const { exitCode, output } = await stack.tryUp({
      TEMPORAL_ARCHIVE_ACCESS_KEY_ID: id,
      TEMPORAL_ARCHIVE_SECRET_ACCESS_KEY: secret,
    });
    return { exitCode, output: output.replace(/\s+/g, " ") };
  };

  it.each([
    ["an access key that it does not know", { id: "other" }, "the object store at http://"],
    ["another secret", { secret: "wrong" }, "the secret is not the access key's"],
    ["a bucket that is not there", { bucket: "nowhere" }, "there is no bucket nowhere at http://"],
  ])(
    "refuses %s, and the deployment says so before any role starts",
    async (_what, wrong, said) => {
      const { exitCode, output } = await tried(wrong);
      expect(exitCode).not.toBe(0);
      expect(output).toContain(`archive-bucket: ${said}`);
      expect((await stack.healthy()).join(" ")).not.toContain("history");
    },
  );

  it("and a role that nobody has: the frontend alone knows, and its log is named", async () => {
    const { exitCode, output } = await tried({ kind: "role" });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("namespace orders archives, and the frontend may not be able to use");
    const containers = await stack.healthyContainers();
    const frontend = containers.find(({ Names }) => Names.join("").includes("-frontend-"));
    const log = await stack.docker
      .getContainer(frontend?.Id ?? "")
      .logs({ stdout: true, stderr: true, follow: false });
    expect(log.toString("utf8")).toMatch(/masked service failures.*S3: HeadBucket/);
  });

  it("is used when all is right, in a path of its own", async () => {
    expect(await tried()).toMatchObject({ exitCode: 0 });
    expect(await cli("operator", "namespace", "describe", "--namespace", "orders")).toContain(
      "s3://closed-workflows/test",
    );
    expect(await stack.state()).not.toContain("administrator");
  });
});
