/**
 * Workflows with search attributes, and what lists show of them.
 */
import { Client, Connection } from "@temporalio/client";
import { defineSearchAttributeKey, TypedSearchAttributes } from "@temporalio/common";
import { freePort } from "./stack.ts";
import { nameSignal, greet } from "./workflows.ts";
import { taskQueue, withWorker } from "./worker.ts";

/** One attribute of each type, as a namespace's config names them. */
export const searchAttributes = {
  OrderId: "Keyword",
  Note: "Text",
  Amount: "Int",
  Price: "Double",
  Paid: "Bool",
  Due: "Datetime",
  Labels: "KeywordList",
} as const;

const keys = {
  orderId: defineSearchAttributeKey("OrderId", "KEYWORD"),
  note: defineSearchAttributeKey("Note", "TEXT"),
  amount: defineSearchAttributeKey("Amount", "INT"),
  price: defineSearchAttributeKey("Price", "DOUBLE"),
  paid: defineSearchAttributeKey("Paid", "BOOL"),
  due: defineSearchAttributeKey("Due", "DATETIME"),
  labels: defineSearchAttributeKey("Labels", "KEYWORD_LIST"),
};

/** The first moment at which an {@link order} is due. */
const firstDue = Date.parse("2026-11-27T00:00:00Z");

/** How long lists may take to show what has happened, as `expect.poll` takes it. */
export const patience = { timeout: 120_000, interval: 1000 } as const;

/** A cluster of a stack's config, and how it is reached. */
export interface SearchedCluster {
  readonly cluster: object;
  /** Address of its frontend. */
  readonly address: string;
}

/** A cluster on Docker with ports of its own, and a namespace with {@link searchAttributes}. */
export async function searchedCluster(name: string): Promise<SearchedCluster> {
  const publish = { ui: await freePort(), frontend: await freePort() };
  const namespaces = { default: { searchAttributes } };
  return {
    cluster: { name, target: { kind: "docker", publish }, namespaces },
    address: `127.0.0.1:${publish.frontend}`,
  };
}

/** Does something with a client, whose connection ends with it. */
export async function withClient<T>(
  address: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** Starts {@link order}s with numbers from 0 on: first those that close, then those that stay open. */
export async function startOrders(
  address: string,
  prefix: string,
  { closed, open }: { readonly closed: number; readonly open: number },
): Promise<void> {
  await withWorker(address, () =>
    withClient(address, async (client) => {
      const numbers = Array.from({ length: closed + open }, (_, number) => number);
      await Promise.all(
        numbers.map((number) => order(client, prefix, number, number < closed ? "closed" : "open")),
      );
    }),
  );
}

/** Starts a workflow whose id and attributes tell its number; `closed` ones are greeted and end. */
export async function order(
  client: Client,
  prefix: string,
  number: number,
  state: "open" | "closed",
): Promise<void> {
  const handle = await client.workflow.start(greet, {
    taskQueue,
    workflowId: `${prefix}-${String(number).padStart(4, "0")}`,
    memo: { number, text: 'a "memo" \\ of ü' },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: keys.orderId, value: `${prefix}/${number}` },
      { key: keys.note, value: `the "quick" fox \\ number ${number}` },
      { key: keys.amount, value: number },
      { key: keys.price, value: number / 8 },
      { key: keys.paid, value: number % 2 === 0 },
      { key: keys.due, value: new Date(firstDue + number * 86_400_000) },
      { key: keys.labels, value: [number % 2 === 0 ? "even" : "odd", `of ${prefix}`] },
    ]),
  });
  if (state === "open") return;
  await handle.signal(nameSignal, "Ada");
  await handle.result();
}

/** What a list shows of workflows, by id, without what depends on where it comes from: parts of a millisecond. */
export async function listed(client: Client, query: string): Promise<Record<string, object>> {
  const found: Record<string, object> = {};
  for await (const one of client.workflow.list({ query })) {
    const { workflowId, runId, status, type, startTime, closeTime, memo, historyLength } = one;
    if (workflowId in found) throw new Error(`${workflowId} is listed twice`);
    found[workflowId] = {
      ...{ runId, status: status.name, type, memo, historyLength },
      ...{ started: startTime.toISOString(), closed: closeTime?.toISOString() },
      attributes: Object.fromEntries(
        one.typedSearchAttributes
          .getAll()
          .filter(({ key }) => key.name in searchAttributes)
          .map(({ key, value }) => [key.name, value] as const)
          .toSorted(([a], [b]) => a.localeCompare(b)),
      ),
    };
  }
  return found;
}

/** Ids of workflows in the order of a list. */
export async function ids(client: Client, query: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
  return found;
}

/** Output of a command without the breaks of its lines, in which a message may be cut anywhere. */
export function oneLine(output: string): string {
  return output.replace(/\s+/g, " ");
}
