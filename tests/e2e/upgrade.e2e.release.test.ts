/**
 * From one minor version of the server to the next, with a workflow that waits through it.
 */
import Docker from "dockerode";
import { afterAll, beforeAll, expect, it } from "vitest";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";

const [older, newer] = ["1.31.2", "1.32.2"];
const name = uniqueName("upgrade");
const workflow = ["--workflow-id", "through-the-upgrade"];

let stack: TestStack;
let address: string;
let cluster: object;

beforeAll(async () => {
  await imagesOn(new Docker(), ["server", "adminTools"], [older, newer]);
  const publish = { ui: await freePort(), frontend: await freePort() };
  address = `127.0.0.1:${publish.ui}`;
  cluster = { name, target: { kind: "docker", publish } };
  stack = await TestStack.create({ clusters: [{ ...cluster, server: { version: older } }] });
  await stack.up();
});

afterAll(async () => {
  await stack.dispose();
});

const serverVersion = async (): Promise<string> =>
  (
    JSON.parse(await temporal(address, "operator", "cluster", "describe", "--output", "json")) as {
      serverVersion: string;
    }
  ).serverVersion;

it("the older version serves", async () => {
  expect(await serverVersion()).toBe(older);
  await withWorker(address, async () => {
    await temporal(
      address,
      ...["workflow", "start", ...workflow, "--type", "greet", "--task-queue", taskQueue],
    );
    await temporal(address, "workflow", "query", ...workflow, "--type", "name");
  });
});

it("the newer one comes up after the schema, role by role, and the workflow goes on", async () => {
  await stack.configure({ clusters: [{ ...cluster, server: { version: newer } }] });
  const changes = await stack.up();
  expect(changes.updated).toEqual([
    "clusters",
    `temporal-${name}-cluster-metadata`,
    `temporal-${name}-config-check`,
    `temporal-${name}-namespaces`,
    `temporal-${name}-schema`,
  ]);
  expect(changes.replaced).toEqual(
    ["frontend", "history", "matching", "worker"].map((role) => `temporal-${name}-${role}-0`),
  );
  expect(await serverVersion()).toBe(newer);
  await withWorker(address, async () => {
    await temporal(
      address,
      ...["workflow", "signal", ...workflow, "--name", "name", "--input", '"Grace"'],
    );
    expect(await temporal(address, "workflow", "result", ...workflow)).toContain("Hello, Grace!");
  });
});

it("and there is no way back", async () => {
  await stack.configure({ clusters: [{ ...cluster, server: { version: older } }] });
  const { exitCode, output } = await stack.preview();
  expect(exitCode).not.toBe(0);
  expect(output.replace(/\s+/g, " ")).toContain(
    "goes from 1.32.2 to 1.31.2: that is an older minor version",
  );
});
