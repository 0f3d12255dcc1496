/**
 * The contract of what Temporal holds: made, found by Temporal's own CLI, changed, drifted, removed and kept.
 */
import { describe, expect, it } from "vitest";
import type { Changes } from "../../testkit/stack.ts";
import type { Subject } from "../../testkit/subject.ts";
import { temporal } from "../../testkit/temporal-cli.ts";

/** What the tests need of the contract, once it is up. */
export interface Holding {
  readonly subject: Subject;
  /** Address of the frontend. */
  readonly grpc: string;
  /** Sets the cluster's config. */
  readonly configure: (more: object) => Promise<void>;
  /** Brings the stack up and says which workloads have other replicas than before. */
  readonly rolledByUp: () => Promise<string[]>;
}

const schedule = {
  spec: { cronExpressions: ["0 6 * * MON-FRI"], timezone: "Europe/Berlin" },
  action: { workflowType: "report", taskQueue: "reports" },
};
const orders = {
  ...{ retention: "90d", description: "Orders", owner: "o@example.com", data: { team: "o" } },
  searchAttributes: { CustomerId: "Keyword" },
  schedules: { nightly: schedule },
};
const nexusEndpoints = { payments: { target: { namespace: "orders", taskQueue: "payments" } } };

/** Defines the tests. */
export function objectsContract(holding: () => Holding): void {
  const cli = (...args: readonly string[]): Promise<string> => temporal(holding().grpc, ...args);
  const up = (): Promise<Changes> => holding().subject.stack.up();
  const names = (...parts: readonly string[]): string[] =>
    parts.map((part) => `${holding().subject.name}/${part}`);
  const describeOrders = (): Promise<string> => cli("operator", "namespace", "describe", "orders");

  describe("what the config says of Temporal", () => {
    it("is there after up, and replaces nothing", async () => {
      const { configure, rolledByUp } = holding();
      await configure({ namespaces: { default: {}, orders }, nexusEndpoints });
      expect(await rolledByUp()).toEqual([]);
      const described = await describeOrders();
      expect(described).toMatch(/Retention\S* +2160h/);
      for (const word of ["Orders", "o@example.com", "team"]) expect(described).toContain(word);
      const attributes = await cli("operator", "search-attribute", "list", "--namespace", "orders");
      expect(attributes).toMatch(/CustomerId +Keyword/);
      const schedules = await cli("schedule", "list", "--namespace", "orders");
      expect(schedules).toContain("nightly");
      expect(await cli("operator", "nexus", "endpoint", "list")).toContain("payments");
      expect(await up()).toEqual({ created: [], updated: [], replaced: [], deleted: [] });
    });

    it("is used: a workflow is found by its search attribute", async () => {
      const id = ["--namespace", "orders", "--workflow-id", "order-7"];
      const start = ["workflow", "start", ...id, "--type", "order", "--task-queue", "orders"];
      await cli(...start, "--search-attribute", 'CustomerId="7"');
      const query = ["--namespace", "orders", "--query", "CustomerId = '7'"];
      await expect
        .poll(() => cli("workflow", "list", ...query), { timeout: 20_000 })
        .toContain("order-7");
    });

    it("changes in place", async () => {
      const { configure, rolledByUp } = holding();
      const changed = { ...orders, retention: "12h", limits: { payloadSize: "64KiB" } };
      await configure({ namespaces: { default: {}, orders: changed }, nexusEndpoints });
      expect(await rolledByUp()).toEqual([]);
      expect(await describeOrders()).toMatch(/Retention\S* +12h/);
    });

    it("limits the namespace that it names, and no other one", async () => {
      const start = async (namespace: string): Promise<string> => {
        const one = ["--namespace", namespace, "--workflow-id", `large-${Date.now()}`];
        const input = ["--input", JSON.stringify("x".repeat(100_000))];
        const command = ["workflow", "start", ...one, "--type", "order", "--task-queue", "orders"];
        return cli(...command, ...input).then(String, String);
      };
      // The roles read the file again every 10 s; a kubelet writes it within its own period of up to two minutes.
      await expect
        .poll(() => start("orders"), { timeout: 180_000, interval: 2000 })
        .toContain("Blob data size exceeds limit");
      expect(await start("default")).toContain("RunId");
    });

    it("is taken back when somebody has changed it", async () => {
      await cli("operator", "namespace", "update", "orders", "--description", "by hand");
      await cli("schedule", "delete", "--namespace", "orders", "--schedule-id", "nightly");
      expect(await up()).toEqual({
        created: names("orders/nightly"),
        updated: names("orders"),
        replaced: [],
        deleted: [],
      });
      expect(await describeOrders()).toContain("Orders");
      expect(await cli("schedule", "list", "--namespace", "orders")).toContain("nightly");
    });

    it("is refused at preview where Temporal would not do it", async () => {
      const { configure, subject } = holding();
      const retyped = { ...orders, searchAttributes: { CustomerId: "Int" } };
      await configure({ namespaces: { default: {}, orders: retyped }, nexusEndpoints });
      const { exitCode, output } = await subject.stack.preview();
      expect(exitCode).not.toBe(0);
      expect(output.replace(/\s+/g, " ")).toContain(
        "Temporal never changes the type of a search attribute",
      );
    });

    it("of somebody else is refused at preview, and adopted in words", async () => {
      const { configure, subject } = holding();
      await cli("operator", "namespace", "create", "theirs", "--retention", "3d");
      const wanted = (more: object): object => ({
        namespaces: { default: {}, orders, theirs: { retention: "5d", ...more } },
        nexusEndpoints,
      });
      await configure(wanted({}));
      const { exitCode, output } = await subject.stack.preview();
      expect(exitCode).not.toBe(0);
      expect(output.replace(/\s+/g, " ")).toContain(
        "namespace theirs exists already, and differs in retentionSeconds",
      );
      await configure(wanted({ existing: "adopt" }));
      expect((await up()).created).toEqual(names("theirs"));
      expect(await cli("operator", "namespace", "describe", "theirs")).toMatch(
        /Retention\S* +120h/,
      );
    });

    it("and is protected cannot leave the config", async () => {
      const { configure, subject } = holding();
      const kept = { ...orders, onRemove: "protect" };
      await configure({ namespaces: { default: {}, orders: kept }, nexusEndpoints });
      await up();
      await configure({ namespaces: { default: {} } });
      const { exitCode, output } = await subject.stack.preview();
      expect(exitCode).not.toBe(0);
      expect(output.replace(/\s+/g, " ")).toContain(
        "namespaces.orders of cluster " +
          `${subject.name} is protected and no longer in the config: put it back`,
      );
    });

    it("stays in Temporal when the config no longer says it", async () => {
      const { configure } = holding();
      await configure({ namespaces: { default: {}, orders: { ...orders, schedules: {} } } });
      const removed = await up();
      expect(removed.deleted).toEqual(names("orders/nightly", "payments"));
      expect(await cli("schedule", "list", "--namespace", "orders")).toContain("nightly");
      expect(await cli("operator", "nexus", "endpoint", "list")).toContain("payments");
    });

    it("is fifty namespaces in one up", async () => {
      const { configure } = holding();
      const many = Array.from({ length: 50 }, (_, index) => `many-${index}`);
      const namespaces = Object.fromEntries(many.map((name) => [name, { retention: "1d" }]));
      await configure({ namespaces: { default: {}, ...namespaces } });
      expect((await up()).created).toEqual(names(...many).sort());
      const found = await cli("operator", "namespace", "list");
      for (const name of many) expect(found).toContain(name);
    });

    it("keeps the workflows of one namespace from the calls of another", async () => {
      const one = ["--namespace", "many-1", "--workflow-id", "mine"];
      await cli("workflow", "start", ...one, "--type", "greet", "--task-queue", "shared");
      const other = ["--namespace", "many-2", "--workflow-id", "mine"];
      for (const call of [
        ["workflow", "describe", ...other],
        ["workflow", "signal", ...other, "--name", "name"],
        ["workflow", "terminate", ...other],
      ]) {
        await expect(cli(...call)).rejects.toThrow(/not found/i);
      }
      await expect
        .poll(() => cli("workflow", "list", "--namespace", "many-1"), { timeout: 20_000 })
        .toContain("mine");
      expect(await cli("workflow", "list", "--namespace", "many-2")).not.toContain("mine");
      await cli("workflow", "terminate", ...one);
    });
  });
}
