/**
 * A cluster that is watched by a Prometheus of the platform's own.
 */
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { optionalImageNames } from "../../platform/images.ts";
import { execIn } from "../../testkit/exec.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { freePort, TestStack } from "../../testkit/stack.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { taskQueue, withWorker } from "../../testkit/worker.ts";
import { alwaysThere, inFailures, labelsOf } from "../platform/monitoring/names.ts";

const name = uniqueName("watched");
const container = (part: string): string => `temporal-${name}-${part}-0`;
/** Where alerts are sent, which nobody is told of here. */
const variable = "ALERTS_OF_A_TEST";
const environment = { [variable]: "http://127.0.0.1:1/hidden-in-every-file" };
/** Longer than two scrapes, an evaluation, and the time for which an alert has to hold. */
const soon = { timeout: 180_000, interval: 2_000 } as const;

let stack: TestStack;
let address: string;
let prometheus: string;

beforeAll(async () => {
  await imagesOn(new Docker(), optionalImageNames);
  const publish = { ui: await freePort(), frontend: await freePort() };
  const loopbackPort = await freePort();
  address = `127.0.0.1:${publish.ui}`;
  prometheus = `http://127.0.0.1:${loopbackPort}`;
  stack = await TestStack.create({
    clusters: [
      {
        ...{ name, target: { kind: "docker", publish } },
        server: { roles: { history: { replicas: 2 } } },
        archival: { kind: "managed" },
        visibility: { kind: "managed", storage: "1GiB", resources: { memory: "1536MiB" } },
        monitoring: {
          ...{ kind: "managed", retention: "1d", storage: "1GiB", loopbackPort },
          alertmanager: {
            kind: "managed",
            receivers: { nobody: { kind: "webhook", url: { env: variable } } },
          },
        },
      },
    ],
  });
  await stack.up(environment);
});

afterAll(async () => {
  await stack.dispose();
});

/** What Prometheus's API answers (prometheus.io, "HTTP API"). */
async function ask<S extends z.ZodType>(
  path: string,
  data: S,
  query: Readonly<Record<string, string>> = {},
): Promise<z.output<S>> {
  const words = new URLSearchParams(query).toString();
  const answer = await fetch(`${prometheus}/api/v1/${path}?${words}`);
  return data.parse(z.object({ data: z.unknown() }).parse(await answer.json()).data);
}

const series = z.object({
  result: z.array(z.object({ metric: z.record(z.string(), z.string()) })),
});

/** The labels of the series that an expression has now. */
const now = async (query: string): Promise<readonly Readonly<Record<string, string>>[]> =>
  (await ask("query", series, { query })).result.map(({ metric }) => metric);

it("scrapes every replica of every role, everything beside them, and itself", async () => {
  const targets = z.object({
    activeTargets: z.array(
      z.object({ labels: z.record(z.string(), z.string()), health: z.string() }),
    ),
  });
  const found = async (): Promise<readonly string[]> =>
    (await ask("targets", targets)).activeTargets
      .map(({ labels, health }) => `${labels["job"] ?? ""} ${health}`)
      .sort();
  await expect
    .poll(found, soon)
    .toEqual([
      "alertmanager up",
      "archive up",
      "elasticsearch-exporter up",
      "frontend up",
      "gateway up",
      "history up",
      "history up",
      "matching up",
      "postgres-exporter up",
      "prometheus up",
      "worker up",
    ]);
});

it("evaluates every rule without an error, and nothing fires in a cluster that is well", async () => {
  const rules = z.object({
    groups: z.array(
      z.object({ rules: z.array(z.object({ name: z.string(), health: z.string() })) }),
    ),
  });
  const unwell = async (): Promise<readonly string[]> =>
    (await ask("rules", rules)).groups
      .flatMap((group) => group.rules)
      .filter(({ health }) => health !== "ok")
      .map((rule) => `${rule.name}: ${rule.health}`);
  await expect.poll(unwell, soon).toEqual([]);
  expect(await now('ALERTS{alertstate="firing"}')).toEqual([]);
});

describe("when calls have been served", () => {
  beforeAll(async () => {
    const workflow = ["--workflow-id", "watched"];
    await withWorker(address, async () => {
      await temporal(
        address,
        ...["workflow", "start", ...workflow, "--type", "greet", "--task-queue", taskQueue],
      );
      await temporal(address, "workflow", "query", ...workflow, "--type", "name");
      await temporal(
        address,
        ...["workflow", "signal", ...workflow, "--name", "name", "--input", '"Ada"'],
      );
      await temporal(address, "workflow", "result", ...workflow);
    });
  });

  it("a graph has figures of them", async () => {
    const graph = z.object({ result: z.array(z.object({ values: z.array(z.unknown()) })) });
    const drawn = async (): Promise<number> => {
      const end = Math.floor(Date.now() / 1000);
      const { result } = await ask("query_range", graph, {
        query: `sum by (operation) (rate(service_requests{job="frontend"}[1m]))`,
        ...{ start: String(end - 300), end: String(end), step: "15" },
      });
      return result.reduce((sum, { values }) => sum + values.length, 0);
    };
    await expect.poll(drawn, soon).toBeGreaterThan(0);
  });

  it.each(Object.values(alwaysThere).flat())("there is %s, with its labels", async (metric) => {
    await expect.poll(() => now(metric), soon).not.toEqual([]);
    for (const label of labelsOf[metric] ?? []) {
      expect(await now(`${metric}{${label}!=""}`), label).not.toEqual([]);
    }
  });

  it.each([
    "StartWorkflowExecution",
    "SignalWorkflowExecution",
    "QueryWorkflow",
    "RespondWorkflowTaskCompleted",
  ])(
    "%s is counted by that name, and its time with the boundaries of the objectives",
    async (operation) => {
      const of = `operation="${operation}",service_name="frontend"`;
      await expect.poll(() => now(`service_requests{${of}}`), soon).not.toEqual([]);
      for (const le of ["1", "2"]) {
        const bucket = `service_latency_nouserlatency_bucket{${of},le=~"${le}(\\\\.0)?"}`;
        await expect.poll(() => now(bucket), soon).not.toEqual([]);
      }
    },
  );

  it("the shards of both history processes are all there are", async () => {
    await expect.poll(() => now("sum(numshards_gauge) == 512"), soon).toHaveLength(1);
  });
});

describe("postgres_exporter's role", () => {
  const psql = async (user: string, statement: string): Promise<string> => {
    const login = ["psql", "-P", "pager=off", "-h", "/tmp", "-U", user, "-d", "temporal"];
    const command = [...login, "-qAtc", statement];
    const { output } = await execIn(stack.docker.getContainer(container("postgres")), command);
    return output.trim();
  };

  it("has at most two connections", async () => {
    const used = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'temporal_exporter'";
    const connections = Number(await psql("postgres", used));
    expect(connections).toBeGreaterThan(0);
    expect(connections).toBeLessThanOrEqual(2);
  });

  it("reads no table of Temporal's, and writes nowhere", async () => {
    const as = (statement: string): Promise<string> => psql("temporal_exporter", statement);
    expect(await as("SELECT count(*) FROM pg_stat_activity")).toMatch(/^\d+$/);
    expect(await as("SELECT count(*) FROM executions")).toContain("permission denied");
    expect(await as("CREATE TABLE public.mine (n int)")).toMatch(/permission denied|read-only/);
    expect(await as("SET transaction_read_only = off; CREATE TABLE mine (n int)")).toContain(
      "permission denied",
    );
  });
});

describe("a metric that is there only in failures", () => {
  const holds = async (part: string, program: string, metric: string): Promise<number> => {
    const found = stack.docker.getContainer(container(part));
    const script = `grep -q -a -F ${metric} "$(command -v ${program})"`;
    return (await execIn(found, ["/bin/sh", "-c", script])).exitCode;
  };

  it.each(inFailures.server)("%s is a name that the server has", async (metric) => {
    expect(await holds("frontend", "temporal-server", metric)).toBe(0);
  });

  it("is found by that: a name that the server does not have is none", async () => {
    const metric = "no_such_metric_in_any_server";
    expect(await holds("frontend", "temporal-server", metric)).not.toBe(0);
  });

  // Prometheus puts these together from a prefix.
  it.each(inFailures.prometheus)("%s is one of Prometheus's", async (metric) => {
    const word = metric.replace(/^prometheus_(notifications|remote_storage)_/, "");
    expect(await holds("prometheus", "prometheus", word)).toBe(0);
  });
});

describe("an alert", () => {
  const down = `ALERTS{alertname="TemporalRoleDown",job="matching",alertstate="firing"}`;

  it("fires when a role is gone, and ends when it is back", async () => {
    const matching = stack.docker.getContainer(container("matching"));
    await matching.stop();
    await expect.poll(() => now(down), soon).toHaveLength(1);
    await matching.start();
    await expect.poll(() => now(down), soon).toEqual([]);
  });
});

it("a secret of a receiver is in a file that its program reads, and in no argument of its container", async () => {
  const alertmanager = stack.docker.getContainer(container("alertmanager"));
  const { Config, Args } = await alertmanager.inspect();
  const { output } = await execIn(alertmanager, ["/bin/sh", "-c", "cat /run/monitoring/*"]);
  expect(output).toBe(environment[variable]);
  expect(JSON.stringify([Config.Entrypoint, Config.Cmd, Args])).not.toContain("hidden");
});

it("a second deployment changes nothing", async () => {
  const { created, replaced, updated } = await stack.up(environment);
  expect({ created, replaced, updated }).toEqual({ created: [], replaced: [], updated: [] });
});
