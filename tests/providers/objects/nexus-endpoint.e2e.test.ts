import type { Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../../clients/temporal.ts";
import { nexusEndpointType } from "../../../providers/temporal/objects/nexus-endpoint.ts";
import { type DevServer, startDevServer } from "../../../testkit/dev-server.ts";
import { HeldObject } from "../../../testkit/held-object.ts";

let server: DevServer;
let connection: Connection;
const held = () => new HeldObject(nexusEndpointType(() => Promise.resolve(connection)));

beforeAll(async () => {
  server = await startDevServer();
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const workers = { namespace: "default", taskQueue: "payments" };
const payments = { name: "payments", description: "Payments", target: workers };
const endpoint = async (name: string) =>
  (await connection.operatorService.listNexusEndpoints({ name })).endpoints[0];

describe("a Nexus endpoint as a resource", () => {
  const nexus = held();
  // Each step builds on those before it.
  it("is made", async () => {
    expect(await nexus.up(payments)).toBe("create");
    expect((await endpoint("payments"))?.spec?.target?.worker).toMatchObject(workers);
    expect(await nexus.refresh()).toBe(true);
    expect(await nexus.up(payments)).toBe("same");
  });

  it("changes in place, to other workers and to another server", async () => {
    const other = { ...payments, target: { ...workers, taskQueue: "others" } };
    expect(await nexus.up(other)).toBe("update");
    expect((await endpoint("payments"))?.spec?.target?.worker?.taskQueue).toBe("others");
    const external = { ...payments, target: { url: "https://example.com/nexus" } };
    expect(await nexus.up(external)).toBe("update");
    expect((await endpoint("payments"))?.spec?.target?.external?.url).toBe(external.target.url);
  });

  it("shows what others change, and takes it back", async () => {
    expect(await nexus.up(payments)).toBe("update");
    const { id = "", version } = (await endpoint("payments")) ?? {};
    await connection.operatorService.updateNexusEndpoint({
      id,
      version: version ?? null,
      spec: { name: "payments", target: { worker: { ...workers, taskQueue: "by-hand" } } },
    });
    await nexus.refresh();
    expect(nexus.differences(payments).map(({ path }) => path)).toContain("target.taskQueue");
    expect(await nexus.up(payments)).toBe("update");
    expect((await endpoint("payments"))?.spec?.target?.worker?.taskQueue).toBe("payments");
  });

  it("is imported, and refused to a second program unless it adopts it", async () => {
    const imported = held();
    expect(await imported.import("payments")).toBe(true);
    expect(imported.inputs).toMatchObject(payments);
    const wanted = { ...payments, target: { ...workers, taskQueue: "mine" } };
    await expect(held().up(wanted, { preview: true })).rejects.toThrow(
      "Nexus endpoint payments exists already, and differs in target.taskQueue",
    );
    await expect(held().up(wanted)).rejects.toThrow("set `existing: adopt`");
    expect(await held().up({ ...wanted, existing: "adopt" })).toBe("create");
  });

  it("stays, or goes when the program has said so before", async () => {
    await nexus.refresh();
    await nexus.up(payments);
    await nexus.remove();
    expect(await endpoint("payments")).toBeDefined();
    await nexus.up({ ...payments, onRemove: "delete" });
    await nexus.remove();
    expect(await endpoint("payments")).toBeUndefined();
    await nexus.up({ ...payments, onRemove: "protect" });
    await expect(nexus.remove()).rejects.toThrow("Nexus endpoint payments is protected");
  });

  it("is refused in the server's words when its namespace is not there", async () => {
    const target = { namespace: "nobody", taskQueue: "payments" };
    await expect(held().up({ name: "lost", target })).rejects.toThrow(
      /^Nexus endpoint lost: .*nobody/,
    );
  });
});
