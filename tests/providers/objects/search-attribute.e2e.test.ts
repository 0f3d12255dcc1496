import type { Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectFrontend } from "../../../clients/temporal.ts";
import { searchAttributeType } from "../../../providers/temporal/objects/search-attribute.ts";
import { type DevServer, startDevServer } from "../../../testkit/dev-server.ts";
import { HeldObject } from "../../../testkit/held-object.ts";

let server: DevServer;
let connection: Connection;
const held = () => new HeldObject(searchAttributeType(() => Promise.resolve(connection)));

beforeAll(async () => {
  server = await startDevServer();
  connection = await connectFrontend({ address: server.address, transport: "cleartext" });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const namespace = "default";
const customer = { namespace, name: "CustomerId", type: "Keyword" };
const types = async () =>
  (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;

describe("a search attribute as a resource", () => {
  const attribute = held();
  // Each step builds on those before it.
  it("is added, and queries may name it at once", async () => {
    expect(await attribute.up(customer)).toBe("create");
    await expect(
      connection.workflowService.countWorkflowExecutions({
        namespace,
        query: "CustomerId = '7'",
      }),
    ).resolves.toBeDefined();
    expect(await attribute.refresh()).toBe(true);
    expect(await attribute.up(customer)).toBe("same");
  });

  it("never changes its type", async () => {
    await expect(attribute.up({ ...customer, type: "Int" })).rejects.toThrow(
      "Temporal never changes the type of a search attribute: CustomerId of namespace default is Keyword",
    );
  });

  it("is not taken for one of another type that is there, at preview already", async () => {
    const other = { ...customer, type: "Bool" };
    const refused = "exists already with type Keyword, which never changes";
    await expect(held().up(other, { preview: true })).rejects.toThrow(refused);
    await expect(held().up(other)).rejects.toThrow(refused);
  });

  it("is imported", async () => {
    const imported = held();
    expect(await imported.import("default/CustomerId")).toBe(true);
    expect(imported.inputs).toMatchObject(customer);
    expect(await held().import("default/Nobody")).toBe(false);
  });

  it("is added again when somebody has removed it", async () => {
    await connection.operatorService.removeSearchAttributes({
      namespace,
      searchAttributes: ["CustomerId"],
    });
    expect(await attribute.refresh()).toBe(false);
    expect(await attribute.up(customer)).toBe("create");
  });

  it("stays, or goes when the program has said so before", async () => {
    await attribute.remove();
    expect(await types()).toHaveProperty("CustomerId");
    await attribute.up({ ...customer, onRemove: "delete" });
    await attribute.remove();
    expect(await types()).not.toHaveProperty("CustomerId");
  });

  it("is one of many that are added at the same time", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `Many${index}`);
    await Promise.all(names.map((name) => held().up({ ...customer, name })));
    expect(Object.keys(await types())).toEqual(expect.arrayContaining(names));
  });

  it("is refused in the server's words when there is no room", async () => {
    const add = (name: string) => held().up({ namespace, name, type: "Int" });
    await Promise.all(["One", "Two", "Three"].map(add));
    await expect(add("Four")).rejects.toThrow(
      "search attribute Four of namespace default: Unable to create search attributes: cannot have more than 3 search attribute of type Int",
    );
  });
});
