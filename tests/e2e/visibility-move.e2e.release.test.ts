/**
 * Lists of workflows out of PostgreSQL into an index, on a stack that runs and under load, and what the index is asked for afterwards.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execIn } from "../../testkit/exec.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { underLoad } from "../../testkit/load.ts";
import { TestStack } from "../../testkit/stack.ts";
import { until } from "../../testkit/test-namespace.ts";
import {
  listed,
  oneLine,
  order,
  patience,
  searchedCluster,
  startOrders,
  withClient,
} from "../../testkit/visibility.ts";
import { withWorker } from "../../testkit/worker.ts";
import { describeQueries } from "./visibility-queries.ts";

const name = uniqueName("move");
/** Workflows that close, and that stay open, before the move. */
const [closed, open] = [40, 6];
/** Those that are there after it: one is deleted. */
const kept = closed + open - 1;
const managed = { kind: "managed", storage: "1GiB", resources: { memory: "1536MiB" } };
const old = 'WorkflowId STARTS_WITH "old-"';

let stack: TestStack;
let cluster: object;
let address: string;
let before: Record<string, object>;

const at = (visibility: object): Promise<void> =>
  stack.configure({ clusters: [{ ...cluster, visibility }] });
const shown = (query = old): Promise<Record<string, object>> =>
  withClient(address, (client) => listed(client, query));

beforeAll(async () => {
  stack = await TestStack.create({});
  await imagesOn(stack.docker, ["opensearch"]);
  ({ cluster, address } = await searchedCluster(name));
  await at({ kind: "postgres" });
  await stack.up();
  await startOrders(address, "old", { closed, open });
  const running = 'ExecutionStatus = "Running"';
  await until("all workflows are listed as they are", async () => {
    before = await shown();
    const still = await shown(`${old} AND ${running}`);
    return Object.keys(before).length === closed + open && Object.keys(still).length === open;
  });
});

afterAll(async () => {
  await stack.dispose();
});

describe("lists that move from PostgreSQL to an index", () => {
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
    const history = stack.docker.getContainer(`temporal-${name}-history-0`);
    const { output } = await execIn(history, ["cat", "/etc/temporal/config/temporal.yaml"]);
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

  describeQueries({
    address: () => address,
    // Of those that were open one is completed since and one terminated; of those that were closed one is deleted.
    statuses: { Completed: closed, Running: open - 2, Terminated: 1 },
  });
});
