import { status } from "@grpc/grpc-js";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ResourceType } from "../../../providers/protocol/provider.ts";
import { throughOutages, Unreachable } from "../../../providers/temporal/objects/outages.ts";
import { callOf } from "../../../testkit/call.ts";

const call = callOf();

/** A failed call, as the types tell it: in the server's words, with the cause. */
function failed(code: status): Error {
  return new Error("namespace one: what the server says", {
    cause: Object.assign(new Error("what the server says"), { code }),
  });
}

let faults: Error[];

const next = <T>(value: T): Promise<T> => {
  const fault = faults.shift();
  return fault === undefined ? Promise.resolve(value) : Promise.reject(fault);
};

const type: ResourceType = throughOutages({
  onChange: "update",
  create: (inputs) => next({ id: "one", outputs: inputs }),
  update: (_state, inputs) => next(inputs),
  read: (id, known) => next({ id, inputs: known.inputs, outputs: { seen: true } }),
  delete: () => next(undefined),
});

beforeEach(() => {
  faults = [];
});

describe("a server that does not answer for a while", () => {
  it.each([
    ["cannot be reached", (): Error => new Unreachable("nobody is there")],
    ["is unavailable", (): Error => failed(status.UNAVAILABLE)],
    ["takes too long", (): Error => failed(status.DEADLINE_EXCEEDED)],
  ])("and %s is asked again", async (_what, fault) => {
    faults = [fault()];
    await expect(type.create({ value: 1 }, call)).resolves.toMatchObject({ id: "one" });
    faults = [fault()];
    await expect(type.update?.({}, { value: 2 }, call)).resolves.toEqual({ value: 2 });
    faults = [fault()];
    await expect(type.delete?.("one", {}, call)).resolves.toBeUndefined();
    expect(faults).toEqual([]);
  });

  it("is not asked again when the deployment is interrupted", async () => {
    faults = [failed(status.UNAVAILABLE)];
    const signal = AbortSignal.abort();
    await expect(type.create({}, callOf({ signal }))).rejects.toThrow("what the server says");
  });

  it("leaves the state as it is, and says so", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    faults = [new Unreachable("nobody is there")];
    const known = { inputs: { value: 1 }, outputs: { value: 1 } };
    await expect(type.read?.("one", known, call)).resolves.toEqual({ id: "one", ...known });
    expect(said.mock.calls).toEqual([["it was not looked at: nobody is there"]]);
    said.mockRestore();
  });

  it("is no object that could be imported", async () => {
    faults = [new Unreachable("nobody is there")];
    await expect(type.read?.("one", { inputs: {}, outputs: {} }, call)).rejects.toThrow(
      "nobody is there",
    );
  });
});

describe("a server that refuses", () => {
  it("is not asked again", async () => {
    faults = [failed(status.INVALID_ARGUMENT), failed(status.INVALID_ARGUMENT)];
    await expect(type.create({}, call)).rejects.toThrow("what the server says");
    expect(faults).toHaveLength(1);
    const known = { inputs: { value: 1 }, outputs: {} };
    await expect(type.read?.("one", known, call)).rejects.toThrow("what the server says");
  });
});
