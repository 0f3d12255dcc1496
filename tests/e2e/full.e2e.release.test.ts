/**
 * Pulumi.full.yaml: everything at once on one engine, from a first `up` to a `destroy`, and the memory it takes.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { pathsOf } from "../../offline/paths.ts";
import { optionalImageNames } from "../../platform/images.ts";
import { stackLabel } from "../../platform/labels.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";

const { project } = pathsOf(process.env);
const patience = { timeout: 180_000, interval: 1000 };
const name = uniqueName("full");

const fullStack = z.object({
  config: z.object({
    "temporal-platform:clusters": z.tuple([
      z.looseObject({ monitoring: z.looseObject({}), target: z.looseObject({}) }),
    ]),
  }),
});

let stack: TestStack;
let address: string;
let prometheus: string;

beforeAll(async () => {
  await imagesOn(new Docker(), optionalImageNames);
  const text = await readFile(join(project, "Pulumi.full.yaml"), "utf8");
  const [cluster] = fullStack.parse(load(text)).config["temporal-platform:clusters"];
  const publish = { ui: await freePort(), frontend: await freePort() };
  const loopbackPort = await freePort();
  address = `127.0.0.1:${publish.ui}`;
  prometheus = `http://127.0.0.1:${loopbackPort}`;
  stack = await TestStack.create({
    clusters: [
      {
        ...cluster,
        name,
        target: { ...cluster.target, publish },
        monitoring: { ...cluster.monitoring, loopbackPort },
      },
    ],
  });
  await stack.up();
});

afterAll(async () => {
  await stack.dispose();
});

/** Values of a query of Prometheus, by the label `job`. */
async function up(): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${prometheus}/api/v1/query?query=up`);
  const { data } = z
    .object({
      data: z.object({
        result: z.array(
          z.object({
            metric: z.looseObject({ job: z.string() }),
            value: z.tuple([z.number(), z.string()]),
          }),
        ),
      }),
    })
    .parse(await answer.json());
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric.job, value[1]]));
}

/** The stack's containers that run. */
const containersOf = (): Promise<Docker.ContainerInfo[]> =>
  stack.docker.listContainers({ filters: { label: [`${stackLabel}=${stack.name}`] } });

/** A container's part, such as `history-0`. */
const partOf = ([first = ""]: readonly string[]): string => first.replace(`/temporal-${name}-`, "");

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

describe("the full stack", () => {
  it("changes nothing in a second up", async () => {
    const changes = await stack.up();
    expect([...changes.created, ...changes.updated, ...changes.replaced]).toEqual([]);
  });

  it("runs a workflow, and finds it by an attribute in the index", async () => {
    const one = ["--workflow-id", "everything"];
    await withWorker(address, async () => {
      await temporal(
        ...[address, "workflow", "start", ...one, "--type", "greet", "--task-queue", taskQueue],
        ...["--search-attribute", 'CustomerId="c-17"'],
      );
      await temporal(address, "workflow", "signal", ...one, "--name", "name", "--input", '"Ada"');
      expect(await temporal(address, "workflow", "result", ...one)).toContain("Hello, Ada!");
    });
    const query = 'CustomerId = "c-17" AND ExecutionStatus = "Completed"';
    await expect
      .poll(() => temporal(address, "workflow", "list", "--query", query), patience)
      .toContain("everything");
  });

  it("is scraped as a whole", async () => {
    await expect
      .poll(async () => Object.values(await up()).filter((value) => value !== "1"), patience)
      .toEqual([]);
    expect(Object.keys(await up()).sort()).toEqual(
      expect.arrayContaining(["archive", "frontend", "gateway", "history", "matching", "worker"]),
    );
  });

  it("writes logs in JSON, but for PostgreSQL and SeaweedFS, which have none on standard output", async () => {
    const other = await Promise.all(
      (await containersOf()).map(async ({ Id, Names }) => {
        const options = { stdout: true, stderr: true, tail: 3 } as const;
        const log = await stack.docker.getContainer(Id).logs(options);
        // Each line comes in a frame with a header of eight bytes.
        const lines = log.toString().split("\n").slice(0, -1);
        const last = lines.at(-1)?.slice(8) ?? "";
        return isJson(last) ? [] : [partOf(Names)];
      }),
    );
    expect(other.flat().sort()).toEqual(["archive-0", "postgres-0"]);
  });

  it("fits a laptop", async () => {
    const containers = await containersOf();
    const mebibytes = await Promise.all(
      containers.map(async ({ Id, Names }): Promise<[string, number]> => {
        const stats = await stack.docker.getContainer(Id).stats({ stream: false });
        // What the kernel would take back at once is no need of the program's.
        const { usage, stats: detail } = stats.memory_stats;
        const used =
          usage - ((detail as { total_inactive_file?: number }).total_inactive_file ?? 0);
        return [partOf(Names), Math.round(used / 2 ** 20)];
      }),
    );
    const sum = mebibytes.reduce((total, [, used]) => total + used, 0);
    const results = join(project, "test-results");
    await mkdir(results, { recursive: true });
    const memory = { sum, ...Object.fromEntries(mebibytes.sort(([, a], [, b]) => b - a)) };
    await writeFile(join(results, "full-stack-memory.json"), JSON.stringify(memory, null, 2));
    expect(sum).toBeLessThan(4096);
  });

  it("leaves nothing behind", async () => {
    await stack.destroy();
    expect(await stack.leftOvers()).toEqual([]);
  });
});
