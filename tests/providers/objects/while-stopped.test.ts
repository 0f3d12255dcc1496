import { beforeEach, describe, expect, it } from "vitest";
import type { ResourceType } from "../../../providers/protocol/provider.ts";
import { whileStopped } from "../../../providers/temporal/objects/while-stopped.ts";
import { HeldObject } from "../../../testkit/held-object.ts";

let calls: string[];
let stopped: boolean;
let object: HeldObject;

const type: ResourceType = {
  onChange: "update",
  create: (inputs) => {
    calls.push(`create ${String(inputs["value"])}`);
    return Promise.resolve({ id: String(inputs["name"]), outputs: inputs });
  },
  update: (_state, inputs) => {
    calls.push(`update ${String(inputs["value"])}`);
    return Promise.resolve(inputs);
  },
  read: (id, known) => {
    calls.push("read");
    return Promise.resolve({ id, ...known });
  },
  delete: () => {
    calls.push("delete");
    return Promise.resolve();
  },
};

beforeEach(() => {
  calls = [];
  stopped = true;
  object = new HeldObject(whileStopped({ type, idOf: ({ name }) => String(name) }, () => stopped));
});

const saying = (value: number, more: object = {}) => ({ name: "one", value, ...more });

describe("an object of a stopped cluster", () => {
  it("is made when the cluster runs again", async () => {
    await object.up(saying(1));
    await object.up(saying(2));
    expect(calls).toEqual([]);
    stopped = false;
    expect(await object.up(saying(2))).toBe("update");
    expect(calls).toEqual(["create 2"]);
    expect(await object.up(saying(2))).toBe("same");
  });

  it("changes when the cluster runs again", async () => {
    stopped = false;
    await object.up(saying(1));
    stopped = true;
    await object.up(saying(2));
    stopped = false;
    await object.up(saying(2));
    expect(calls).toEqual(["create 1", "update 2"]);
  });

  it("is left alone when nothing has changed", async () => {
    stopped = false;
    await object.up(saying(1));
    stopped = true;
    expect(await object.up(saying(1))).toBe("same");
    stopped = false;
    expect(await object.up(saying(1))).toBe("same");
    expect(calls).toEqual(["create 1"]);
  });

  it("is not looked at", async () => {
    await object.up(saying(1));
    expect(await object.refresh()).toBe(true);
    stopped = false;
    // It was never made.
    expect(await object.refresh()).toBe(true);
    expect(calls).toEqual([]);
  });

  it("goes without a word when it stays in Temporal, or was never there", async () => {
    await object.up(saying(1, { onRemove: "delete" }));
    await object.remove();
    stopped = false;
    await object.up(saying(1));
    stopped = true;
    await object.remove();
    expect(calls).toEqual(["create 1"]);
  });

  it("is not forgotten when it is to be deleted", async () => {
    stopped = false;
    await object.up(saying(1, { onRemove: "delete" }));
    stopped = true;
    await expect(object.remove()).rejects.toThrow(
      "one cannot be deleted while the cluster is stopped: start it first",
    );
    stopped = false;
    await object.remove();
    expect(calls).toEqual(["create 1", "delete"]);
  });
});
