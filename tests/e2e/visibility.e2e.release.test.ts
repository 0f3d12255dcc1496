/**
 * Lists of workflows out of PostgreSQL into an index, on a stack that runs and under load; what an index is asked for; and what is wrong with one.
 */
import { rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { opensearchName, opensearchPort } from "../../platform/opensearch.ts";
import { execIn } from "../../testkit/exec.ts";
import { hostAddress } from "../../testkit/external-postgres.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { underLoad } from "../../testkit/load.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { until } from "../../testkit/test-namespace.ts";
import { startTlsProxy, type TlsProxy } from "../../testkit/tls-proxy.ts";
import { ids, listed, order, searchAttributes } from "../../testkit/visibility.ts";
import { withWorker } from "../../testkit/worker.ts";
import { moveToSmallDisk } from "../resilience/small-disk.ts";

const patience = { timeout: 120_000, interval: 1000 };
/** Workflows that close, and that stay open, before the move. */
const [closed, open] = [40, 6];
/** Those that are there after it: one is deleted. */
const kept = closed + open - 1;

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create({});
  await imagesOn(stack.docker, ["opensearch"]);
});

afterAll(async () => {
  await stack.dispose();
});

/** A cluster on ports of its own, and the address of its frontend. */
async function arranged(
  name: string,
): Promise<{ readonly cluster: object; readonly address: string }> {
  const publish = { ui: await freePort(), frontend: await freePort() };
  const namespaces = { default: { searchAttributes } };
  return {
    cluster: { name, target: { kind: "docker", publish }, namespaces },
    address: `127.0.0.1:${publish.frontend}`,
  };
}

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

const oneLine = (output: string): string => output.replace(/\s+/g, " ");

describe("lists that move from PostgreSQL to an index", () => {
  const name = uniqueName("move");
  const container = (workload: string) =>
    stack.docker.getContainer(`temporal-${name}-${workload}-0`);
  let cluster: object;
  let address: string;
  let before: Record<string, object>;

  const at = (visibility: object, more: object = {}): Promise<void> =>
    stack.configure({ clusters: [{ ...cluster, visibility, ...more }] });
  const managed = { kind: "managed", storage: "1GiB", resources: { memory: "1536MiB" } };
  const old = 'WorkflowId STARTS_WITH "old-"';
  const shown = (query = old): Promise<Record<string, object>> =>
    withClient(address, (client) => listed(client, query));

  beforeAll(async () => {
    ({ cluster, address } = await arranged(name));
    await at({ kind: "postgres" });
    await stack.up();
    await withWorker(address, () =>
      withClient(address, async (client) => {
        const numbers = Array.from({ length: closed + open }, (_, number) => number);
        await Promise.all(
          numbers.map((number) =>
            order(client, "old", number, number < closed ? "closed" : "open"),
          ),
        );
      }),
    );
    const running = 'ExecutionStatus = "Running"';
    await until("all workflows are listed as they are", async () => {
      before = await shown();
      const still = await shown(`${old} AND ${running}`);
      return Object.keys(before).length === closed + open && Object.keys(still).length === open;
    });
  });

  it("refuses to begin with an empty list", async () => {
    await at({ ...managed, stage: "only" });
    const { exitCode, output } = await stack.preview();
    expect(exitCode).not.toBe(0);
    expect(oneLine(output)).toContain("Set fill, deploy, then serve, then only");
  });

  it("are copied while PostgreSQL answers and no role changes", async () => {
    await at({ ...managed, stage: "fill" });
    const [changes, verdict] = await underLoad(address, 1, async (load) => {
      await load.completes(5);
      return stack.up();
    });
    expect(verdict.faults).toEqual([]);
    expect(changes.replaced).toEqual([]);
    expect(await shown()).toEqual(before);
  });

  it("come from the index then, with everything that happened meanwhile and nothing twice", async () => {
    await withClient(address, async (client) => {
      await client.workflow.getHandle("old-0041").terminate("over");
      await client.workflowService.deleteWorkflowExecution({
        namespace: "default",
        workflowExecution: { workflowId: "old-0039" },
      });
    });
    await expect.poll(async () => Object.keys(await shown()), patience).not.toContain("old-0039");
    await at({ ...managed, stage: "serve" });
    const [, verdict] = await underLoad(address, 1, async (load) => {
      await load.completes(5);
      const changes = await stack.up();
      await load.completes(5);
      return changes;
    });
    expect(verdict.faults).toEqual([]);
    const { "old-0041": terminated, ...others } = await shown();
    const gone = ["old-0039", "old-0041"];
    expect(others).toEqual(
      Object.fromEntries(Object.entries(before).filter(([id]) => !gone.includes(id))),
    );
    expect(terminated).toMatchObject({ status: "TERMINATED" });
    const { output } = await execIn(container("history"), [
      "cat",
      "/etc/temporal/config/temporal.yaml",
    ]);
    expect(output).toContain("elasticsearch:");
  });

  it("keep what is started with PostgreSQL's names of attributes and ends in the index", async () => {
    await withWorker(address, () =>
      withClient(address, async (client) => {
        const handle = client.workflow.getHandle("old-0040");
        await handle.signal("name", "Ada");
        await handle.result();
        await order(client, "new", 1, "closed");
      }),
    );
    const query = 'OrderId = "old/40" AND ExecutionStatus = "Completed"';
    await expect.poll(async () => Object.keys(await shown(query)), patience).toEqual(["old-0040"]);
    await expect
      .poll(async () => Object.keys(await shown('OrderId = "new/1"')), patience)
      .toEqual(["new-0001"]);
  });

  it("are asked of PostgreSQL no more, and there is no way back by accident", async () => {
    await at({ ...managed, stage: "only" });
    const changes = await stack.up();
    expect(changes.replaced).toEqual([]);
    expect(Object.keys(await shown())).toHaveLength(kept);
    await at({ kind: "postgres" });
    const { exitCode, output } = await stack.preview();
    expect(exitCode).not.toBe(0);
    expect(oneLine(output)).toContain("PostgreSQL was told nothing since the index serves");
    await at({ ...managed, stage: "only" });
  });

  describe("and are asked of the index", () => {
    const found = (query: string): Promise<readonly string[]> =>
      withClient(address, (client) => ids(client, query));

    it.each([
      ["a keyword", 'OrderId = "old/7"', ["old-0007"]],
      ["the beginning of a keyword", 'OrderId STARTS_WITH "old/3" AND Amount < 10', ["old-0003"]],
      ["a word of a text", "Note = '12' AND Note = 'fox'", ["old-0012"]],
      ["a range of numbers", "Amount BETWEEN 3 AND 4 AND Price < 0.5", ["old-0003"]],
      ["a label of several", "Labels IN ('even') AND Amount = 2", ["old-0002"]],
      ["a yes or no", "Paid = true AND Amount = 6", ["old-0006"]],
      ["a moment", "Due = '2026-11-28T00:00:00Z' AND OrderId STARTS_WITH 'old'", ["old-0001"]],
    ])("by %s", async (_what, query, expected) => {
      expect(await found(query)).toEqual(expected);
    });

    it("in an order of one's own, over pages", async () => {
      const query = `${old} AND Amount < 25 ORDER BY Amount DESC`;
      const inOrder = Array.from(
        { length: 25 },
        (_, one) => `old-${String(24 - one).padStart(4, "0")}`,
      );
      expect(await found(query)).toEqual(inOrder);
      const paged: string[] = [];
      await withClient(address, async (client) => {
        for await (const { workflowId } of client.workflow.list({ query, pageSize: 4 })) {
          paged.push(workflowId);
        }
      });
      expect(paged).toEqual(inOrder);
    });

    it("for numbers by status", async () => {
      const { count, groups } = await withClient(address, (client) =>
        client.workflow.count(`${old} GROUP BY ExecutionStatus`),
      );
      expect(count).toBe(kept);
      const counts = Object.fromEntries(
        groups.map(({ count: each, groupValues }) => [String(groupValues[0]), each]),
      );
      expect(counts).toEqual({ Completed: closed, Running: open - 2, Terminated: 1 });
    });
  });

  it.each<[string, () => Promise<unknown>]>([
    ["restarted", () => container(opensearchName).restart()],
    [
      "killed",
      async () => {
        await container(opensearchName).kill();
        await sleep(5000);
        await container(opensearchName).start();
      },
    ],
  ])("miss nothing after the node was %s under load, and workflows go on", async (_what, harm) => {
    const [, verdict] = await underLoad(address, 1, async (load) => {
      await load.completes(10);
      await harm();
      await load.completes(20);
    });
    expect(verdict.faults).toEqual([]);
    expect(await withClient(address, (client) => ids(client, old))).toHaveLength(kept);
  });

  it("stop at a full disk with one clear error, while workflows go on, and miss nothing afterwards", async () => {
    const volume = stack.docker.getVolume(`temporal-${name}-opensearch-data`);
    await moveToSmallDisk(container(opensearchName), volume, "1200M");
    const { Mountpoint: mount } = await volume.inspect();
    const ballast = join(mount, "ballast");
    const [, verdict] = await underLoad(address, 1, async (load) => {
      const { bavail, bsize } = await statfs(mount);
      // Less than the 256 MiB below which it writes no more; it looks every 30 seconds.
      await execa("fallocate", ["--length", String(bavail * bsize - 100 * 2 ** 20), ballast]);
      await sleep(45_000);
      await load.completes(5);
      await at({ ...managed, stage: "only" }, { tasks: { resources: { memory: "300MiB" } } });
      const { exitCode, output } = await stack.tryUp();
      expect(exitCode).not.toBe(0);
      const said = oneLine(output);
      expect(said).toContain("visibility-index: the disk of the search server");
      expect(said).toContain("clusters[].visibility.storage");
      await load.completes(5);
      await rm(ballast);
    });
    expect(verdict.faults).toEqual([]);
  });
});

describe("an index on a server of somebody else's, with TLS", () => {
  const password = "TEMPORAL_VISIBILITY_PASSWORD";
  const name = uniqueName("search");
  let proxy: TlsProxy;
  let other: TestStack;
  let cluster: object;
  let address: string;
  let right: string;

  beforeAll(async () => {
    // The first stack's node, of which this one is no part: two clusters share it.
    const containers = await stack.healthyContainers();
    const node = containers.find(({ Names }) => Names.join("").includes(`-${opensearchName}-`));
    const { Config, NetworkSettings } = await stack.docker.getContainer(node?.Id ?? "").inspect();
    right = (Config.Env.find((one) => one.startsWith("OPENSEARCH_PASSWORD=")) ?? "").replace(
      /^[^=]*=/,
      "",
    );
    const [network] = Object.values(NetworkSettings.Networks);
    const host = await hostAddress(stack.docker);
    proxy = await startTlsProxy(host, { host: network?.IPAddress ?? "", port: opensearchPort });
    ({ cluster, address } = await arranged(name));
    other = await TestStack.create({});
  });

  afterAll(async () => {
    await other.dispose();
    await proxy.close();
  });

  const tried = async (
    { url = proxy.url, ca = proxy.authority, secret = right } = {},
    username = "temporal",
  ): Promise<{ exitCode: number; output: string }> => {
    const credentials = { kind: "basic", username };
    const visibility = {
      kind: "external",
      url,
      credentials,
      ...(ca === "" ? {} : { tls: { ca } }),
    };
    // An address that was tried is the place of the lists from then on.
    const moved = { [name]: { "visibility.index": `${url}/temporal_visibility_v1_${name}` } };
    await other.configure({ clusters: [{ ...cluster, visibility }], moved });
    const { exitCode, output } = await other.tryUp({ [password]: secret });
    return { exitCode, output: oneLine(output) };
  };

  it("says before any role starts what is wrong with the password", async () => {
    const { exitCode, output } = await tried({ secret: "wrong" });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("visibility-index: the search server at https://");
    expect(output).toContain("refused the user or the password");
    expect((await other.healthy()).join(" ")).not.toContain("history");
  });

  it("… with the authority", async () => {
    const { exitCode, output } = await tried({ ca: "" });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("visibility-index: the certificate of the search server");
  });

  it("… with the host's name", async () => {
    const { output } = await tried({ url: "https://search.invalid:9200" });
    expect(output).toMatch(
      /visibility-index: (nobody knows the host|the search server .* does not answer)/,
    );
  });

  it("is used when all is right, and lets workflows go on when the password is changed", async () => {
    expect(await tried()).toMatchObject({ exitCode: 0 });
    await withWorker(address, () =>
      withClient(address, (client) => order(client, "x", 1, "closed")),
    );
    const found = (): Promise<readonly string[]> =>
      withClient(address, (client) => ids(client, 'OrderId STARTS_WITH "x/"'));
    await until("the workflow is listed", async () => (await found()).length === 1);
    expect(await tried({ secret: "wrong" })).not.toMatchObject({ exitCode: 0 });
    await withWorker(address, () =>
      withClient(address, (client) => order(client, "x", 2, "closed")),
    );
    await until("the other one is listed", async () => (await found()).length === 2);
    expect(await other.state()).not.toContain(right);
  });
});
