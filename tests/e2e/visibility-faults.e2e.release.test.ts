/**
 * An index whose node fails under load: restarted, killed, and with a full disk.
 */
import { rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { opensearchName } from "../../platform/opensearch.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { underLoad } from "../../testkit/load.ts";
import { TestStack } from "../../testkit/stack.ts";
import { until } from "../../testkit/test-namespace.ts";
import {
  ids,
  oneLine,
  searchedCluster,
  startOrders,
  withClient,
} from "../../testkit/visibility.ts";
import { moveToSmallDisk } from "../resilience/small-disk.ts";

const name = uniqueName("node");
const [closed, open] = [40, 5];
const kept = closed + open;
const visibility = { kind: "managed", storage: "1GiB", resources: { memory: "1536MiB" } };
const old = 'WorkflowId STARTS_WITH "old-"';

let stack: TestStack;
let cluster: object;
let address: string;

const node = () => stack.docker.getContainer(`temporal-${name}-${opensearchName}-0`);
const found = (): Promise<readonly string[]> => withClient(address, (client) => ids(client, old));

beforeAll(async () => {
  stack = await TestStack.create({});
  await imagesOn(stack.docker, ["opensearch"]);
  ({ cluster, address } = await searchedCluster(name));
  await stack.configure({ clusters: [{ ...cluster, visibility }] });
  await stack.up();
  await startOrders(address, "old", { closed, open });
  await until("all workflows are listed", async () => (await found()).length === kept);
});

afterAll(async () => {
  await stack.dispose();
});

describe("lists in an index", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["restarted", () => node().restart()],
    [
      "killed",
      async () => {
        await node().kill();
        await sleep(5000);
        await node().start();
      },
    ],
  ])("miss nothing after the node was %s under load, and workflows go on", async (_what, harm) => {
    const [, verdict] = await underLoad(address, 1, async (load) => {
      await load.completes(10);
      await harm();
      await load.completes(20);
    });
    expect(verdict.faults).toEqual([]);
    expect(await found()).toHaveLength(kept);
  });

  it("stop at a full disk with one clear error, while workflows go on, and miss nothing afterwards", async () => {
    const volume = stack.docker.getVolume(`temporal-${name}-opensearch-data`);
    await moveToSmallDisk(node(), volume, "1200M");
    const { Mountpoint: mount } = await volume.inspect();
    const ballast = join(mount, "ballast");
    const [, verdict] = await underLoad(address, 1, async (load) => {
      const { bavail, bsize } = await statfs(mount);
      // Less than the 256 MiB below which it writes no more; it looks every 30 seconds.
      await execa("fallocate", ["--length", String(bavail * bsize - 100 * 2 ** 20), ballast]);
      await sleep(45_000);
      await load.completes(5);
      const tasks = { resources: { memory: "300MiB" } };
      await stack.configure({ clusters: [{ ...cluster, visibility, tasks }] });
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
