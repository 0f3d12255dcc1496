/**
 * `npm run bench -- visibility`: what lists and counts take from PostgreSQL, and from OpenSearch after the same workflows have moved there.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import type Docker from "dockerode";
import { execIn } from "../testkit/exec.ts";
import { imagesOn } from "../testkit/images.ts";
import { uniqueName } from "../testkit/leftovers.ts";
import { freePort, TestStack } from "../testkit/stack.ts";
import { keep, type Table } from "./results.ts";
import { shown } from "./statistics.ts";

/** Closed workflows in the list. */
const sizes = [10_000, 100_000];

/** Calls of each query. */
const calls = 300;

/** What is asked, by what people would call it. The parameter is another one at each call. */
const queries: Readonly<Record<string, (client: Client, one: number) => Promise<unknown>>> = {
  "newest page": (client) => page(client, 'ExecutionStatus = "Completed"'),
  "one keyword": (client, one) => page(client, `OrderId = "order-${one}"`),
  "beginning of a keyword": (client, one) => page(client, `OrderId STARTS_WITH "order-${one}"`),
  "range of numbers": (client, one) =>
    page(client, `Amount BETWEEN ${one % 900} AND ${(one % 900) + 5}`),
  "word of a text": (client, one) => page(client, `Note = "word${one % 500}"`),
  "count of a range": (client, one) => client.workflow.count(`Amount > ${one % 900}`),
  "count by status": (client) => client.workflow.count("GROUP BY ExecutionStatus"),
};

const attributes = { OrderId: "Keyword", Amount: "Int", Note: "Text" } as const;

async function page(client: Client, query: string): Promise<unknown> {
  const namespace = "default";
  return client.workflowService.listWorkflowExecutions({ namespace, query, pageSize: 100 });
}

/** Runs the measurement and writes its table. */
export async function measureVisibility(): Promise<void> {
  const rows: Table[number][] = [];
  for (const size of sizes) rows.push(...(await rowsOf(size)));
  await keep("visibility", {
    title: "Lists from PostgreSQL and from OpenSearch",
    method: `A stack on Docker with so many closed workflows as rows in PostgreSQL, asked there; then moved to OpenSearch by fill and serve, and asked again. ${calls} calls of each query, one after the other, a page of 100. The copy is the task of the step fill, with its container.`,
    tables: { "Milliseconds of a call": rows },
  });
}

async function rowsOf(size: number): Promise<Table[number][]> {
  const stack = await TestStack.create({});
  try {
    await imagesOn(stack.docker, ["opensearch"]);
    const publish = { ui: await freePort(), frontend: await freePort() };
    const limits = { requestsPerSecond: 10_000, visibilityRequestsPerSecond: 10_000 };
    const namespaces = { default: { searchAttributes: attributes, limits } };
    const name = uniqueName("bench");
    const cluster = { name, target: { kind: "docker", publish }, namespaces };
    const deploy = async (visibility: object): Promise<number> => {
      await stack.configure({ clusters: [{ ...cluster, visibility }] });
      const start = performance.now();
      await stack.up();
      return (performance.now() - start) / 1000;
    };
    await deploy({ kind: "postgres" });
    const connection = await Connection.connect({ address: `127.0.0.1:${publish.frontend}` });
    try {
      const client = new Client({ connection });
      await insert(stack.docker.getContainer(`temporal-${name}-postgres-0`), client, size);
      // A limit of a namespace is in force a minute later.
      await sleep(70_000);
      const postgres = await timesOf(client);
      const fillSeconds = await deploy({ kind: "managed", stage: "fill" });
      await deploy({ kind: "managed", stage: "serve" });
      await until(client, size);
      const search = await timesOf(client);
      return Object.keys(queries).map((query) => ({
        ...{ workflows: size, query },
        "PostgreSQL p50": shown(postgres[query]?.p50 ?? NaN),
        "PostgreSQL p99": shown(postgres[query]?.p99 ?? NaN),
        "OpenSearch p50": shown(search[query]?.p50 ?? NaN),
        "OpenSearch p99": shown(search[query]?.p99 ?? NaN),
        "s of fill": shown(fillSeconds),
      }));
    } finally {
      await connection.close();
    }
  } finally {
    await stack.dispose();
  }
}

/** Writes the rows that the server would have written. */
async function insert(postgres: Docker.Container, client: Client, size: number): Promise<void> {
  const { namespaceInfo, config } = await client.workflowService.describeNamespace({
    namespace: "default",
  });
  const columns = Object.entries(config?.customSearchAttributeAliases ?? {});
  const column = (name: keyof typeof attributes): string =>
    columns.find(([, alias]) => alias === name)?.[0] ?? "";
  const statement = `
    INSERT INTO executions_visibility (namespace_id, run_id, _version, start_time, execution_time, close_time, workflow_id, workflow_type_name, status,
      history_length, history_size_bytes, execution_duration, state_transition_count, encoding, task_queue, search_attributes)
    SELECT '${namespaceInfo?.id ?? ""}', gen_random_uuid(), 1048576 + n, now() - n * interval '10 s', now() - n * interval '10 s', now() - n * interval '9 s',
      'workflow-' || n, 'type-' || n % 7, CASE WHEN n % 20 = 0 THEN 3 ELSE 2 END, 23, 4711, 10000000000, 11, 'Proto3', 'queue-' || n % 5,
      jsonb_build_object('${column("OrderId")}', 'order-' || n, '${column("Amount")}', n % 1000, '${column("Note")}', 'some word' || n % 500 || ' and others')
    FROM generate_series(1, ${size}) AS n;
    ANALYZE executions_visibility`;
  const { exitCode, output } = await execIn(postgres, [
    ...["psql", "-P", "pager=off", "-h", "/tmp", "-U", "postgres", "-d", "temporal_visibility"],
    ...["-v", "ON_ERROR_STOP=1", "-qc", statement],
  ]);
  if (exitCode !== 0) throw new Error(output);
}

/** Waits until the index has so many. */
async function until(client: Client, size: number): Promise<void> {
  while ((await client.workflow.count('WorkflowId STARTS_WITH "workflow-"')).count < size) {
    await sleep(1000);
  }
}

interface Times {
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds of each query. */
async function timesOf(client: Client): Promise<Readonly<Record<string, Times>>> {
  const all: [string, Times][] = [];
  for (const [name, ask] of Object.entries(queries)) {
    const times: number[] = [];
    for (let one = 0; one < calls + 20; one++) {
      const start = performance.now();
      await ask(client, 1 + one * 31);
      // The first ones fill caches.
      if (one >= 20) times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? NaN;
    all.push([name, { p50: at(0.5), p99: at(0.99) }]);
  }
  return Object.fromEntries(all);
}
