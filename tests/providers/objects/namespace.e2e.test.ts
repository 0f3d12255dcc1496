import type { Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../../clients/temporal.ts";
import { duration, secondsOf } from "../../../clients/wire.ts";
import { namespaceType } from "../../../providers/temporal/objects/namespace.ts";
import { type DevServer, startDevServer } from "../../../testkit/dev-server.ts";
import { callOf } from "../../../testkit/call.ts";
import { HeldObject } from "../../../testkit/held-object.ts";

let server: DevServer;
let connection: Connection;
const held = () => new HeldObject(namespaceType(() => Promise.resolve(connection)));

beforeAll(async () => {
  server = await startDevServer();
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const call = callOf();
const day = 86_400;
const about = { description: "Orders of all shops", owner: "orders@example.com" };
const orders = { name: "orders", retentionSeconds: 30 * day, ...about, data: { team: "orders" } };

const at = (namespace: string) => connection.workflowService.describeNamespace({ namespace });

describe("a namespace as a resource", () => {
  const namespace = held();
  // Each step builds on those before it.
  it("is made with all that it may have, and answers", async () => {
    expect(await namespace.up(orders, { preview: true })).toBe("create");
    await expect(at("orders")).rejects.toThrow("not found");
    expect(await namespace.up(orders)).toBe("create");
    const { namespaceInfo, config } = await at("orders");
    expect(namespaceInfo).toMatchObject({
      description: about.description,
      ownerEmail: about.owner,
      data: orders.data,
    });
    expect(secondsOf(config?.workflowExecutionRetentionTtl)).toBe(30 * day);
  });

  it("does not change by itself", async () => {
    expect(await namespace.refresh()).toBe(true);
    expect(await namespace.up(orders)).toBe("same");
  });

  it("changes its retention in place, from a day to years and to hours", async () => {
    for (const retentionSeconds of [90 * day, 3600, 10 * 365 * day]) {
      expect(await namespace.up({ ...orders, retentionSeconds })).toBe("update");
      const { config } = await at("orders");
      expect(secondsOf(config?.workflowExecutionRetentionTtl)).toBe(retentionSeconds);
    }
    expect(await namespace.up(orders)).toBe("update");
  });

  it("shows what others change, and takes it back", async () => {
    await connection.workflowService.updateNamespace({
      namespace: "orders",
      updateInfo: { description: "by hand", data: { more: "of others" } },
      config: { workflowExecutionRetentionTtl: duration(7 * day) },
    });
    await namespace.refresh();
    expect(namespace.differences(orders).map(({ path }) => path)).toEqual([
      "description",
      "retentionSeconds",
    ]);
    expect(await namespace.up(orders)).toBe("update");
    const { namespaceInfo } = await at("orders");
    expect(namespaceInfo).toMatchObject({
      description: about.description,
      data: { ...orders.data, more: "of others" },
    });
  });

  it("is imported with what it is", async () => {
    const imported = held();
    expect(await imported.import("orders")).toBe(true);
    expect(imported.inputs).toMatchObject({ ...orders, data: { more: "of others" } });
    expect(await held().import("nobody")).toBe(false);
  });

  it("is refused before anything is sent where Temporal would not do it", async () => {
    const refusal = async (change: object) => {
      const failures = await namespace.failures({ ...orders, ...change });
      return failures.map(({ property, reason }) => `${property}: ${reason}`);
    };
    expect(await refusal({ description: "" })).toEqual([
      expect.stringMatching(/^description: Temporal cannot take it away/),
    ]);
    expect(await refusal({ data: {} })).toEqual([
      expect.stringMatching(/^data.team: Temporal cannot take a key away/),
    ]);
    expect(await refusal({ retentionSeconds: 60 })).toEqual([
      expect.stringMatching(/^retentionSeconds: must be at least an hour/),
    ]);
    const archival = { historyArchival: { state: "enabled", uri: "s3://one" } };
    const other = { historyArchival: { state: "enabled", uri: "s3://other" } };
    const type = namespaceType(() => Promise.reject(new Error("nobody is asked")));
    const checked = await type.check?.({ ...orders, ...other }, { ...orders, ...archival }, call);
    expect(checked?.failures).toEqual([
      {
        property: "historyArchival.uri",
        reason: expect.stringContaining("never changes it once it is set: s3://one") as string,
      },
    ]);
  });

  it("stays when the program no longer names it, and is taken over as it is", async () => {
    await namespace.remove();
    expect((await at("orders")).namespaceInfo?.name).toBe("orders");
    expect(await namespace.up(orders)).toBe("create");
  });

  it("is deleted when the program has said so before", async () => {
    expect(await namespace.up({ ...orders, onRemove: "delete" })).toBe("update");
    await namespace.remove();
    await expect(at("orders")).rejects.toThrow("not found");
  });
});

describe("a namespace that somebody has made", () => {
  const theirs = { name: "theirs", retentionSeconds: 5 * day };
  beforeAll(async () => {
    const namespace = held();
    await namespace.up(theirs);
  });

  it("is refused when it differs, at preview already", async () => {
    const wanted = { ...theirs, retentionSeconds: 30 * day };
    const refused =
      "namespace theirs exists already, and differs in retentionSeconds: set `existing: adopt`";
    await expect(held().up(wanted, { preview: true })).rejects.toThrow(refused);
    await expect(held().up(wanted)).rejects.toThrow(refused);
    const { config } = await at("theirs");
    expect(secondsOf(config?.workflowExecutionRetentionTtl)).toBe(5 * day);
  });

  it("is adopted in words", async () => {
    const wanted = { ...theirs, retentionSeconds: 30 * day, existing: "adopt" };
    expect(await held().up(wanted)).toBe("create");
    const { config } = await at("theirs");
    expect(secondsOf(config?.workflowExecutionRetentionTtl)).toBe(30 * day);
  });

  it("is protected in words", async () => {
    const namespace = held();
    await namespace.up({ ...theirs, retentionSeconds: 30 * day, onRemove: "protect" });
    await expect(namespace.remove()).rejects.toThrow("namespace theirs is protected");
  });
});

describe("archival of a namespace", () => {
  it("is an error where the cluster has none, which the server passes over in silence", async () => {
    const archived = { name: "archived", retentionSeconds: day };
    await expect(
      held().up({ ...archived, historyArchival: { state: "enabled", uri: "s3://bucket" } }),
    ).rejects.toThrow(
      "its historyArchival stays disabled: the cluster itself has no such archival",
    );
  });
});

describe("many namespaces", () => {
  it("are made in one deployment", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `many-${index}`);
    const steps = await Promise.all(
      names.map((name) => held().up({ name, retentionSeconds: day, data: { name } })),
    );
    expect(new Set(steps)).toEqual(new Set(["create"]));
    const again = names.map((name) => held().up({ name, retentionSeconds: day, data: { name } }));
    await expect(Promise.all(again)).resolves.toHaveLength(50);
  });
});
