/**
 * What an index is asked for: every kind of search attribute, an order, pages, and numbers by group.
 */
import { describe, expect, it } from "vitest";
import { ids, withClient } from "../../testkit/visibility.ts";

/** The workflows that there are to find: orders `old-0000` and so on (testkit/visibility.ts), with numbers to 24 at least. */
export interface Asked {
  /** Address of the frontend; asked for when the tests run. */
  readonly address: () => string;
  /** How many there are by their status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Tests of an index that holds the workflows. */
export function describeQueries({ address, statuses }: Asked): void {
  const old = 'WorkflowId STARTS_WITH "old-"';
  const found = (query: string): Promise<readonly string[]> =>
    withClient(address(), (client) => ids(client, query));

  describe("and are asked of the index", () => {
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
      await withClient(address(), async (client) => {
        for await (const { workflowId } of client.workflow.list({ query, pageSize: 4 })) {
          paged.push(workflowId);
        }
      });
      expect(paged).toEqual(inOrder);
    });

    it("for numbers by status", async () => {
      const { count, groups } = await withClient(address(), (client) =>
        client.workflow.count(`${old} GROUP BY ExecutionStatus`),
      );
      expect(count).toBe(Object.values(statuses).reduce((sum, each) => sum + each, 0));
      const counts = Object.fromEntries(
        groups.map(({ count: each, groupValues }) => [String(groupValues[0]), each]),
      );
      expect(counts).toEqual(statuses);
    });
  });
}
