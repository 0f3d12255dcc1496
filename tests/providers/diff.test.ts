import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changes } from "../../providers/protocol/diff.ts";
import { fromStruct, holdsUnknown, toStruct, unknown } from "../../providers/protocol/values.ts";

const json = fc
  .dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false }))
  // As it comes back from a message: without -0 and prototypes.
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>)
  // Which no message carries as a key.
  .filter((value) => !JSON.stringify(value).includes("__proto__"));

describe("changes", () => {
  it("names each path in Pulumi's notation", () => {
    const before = { name: "a", env: { A: "1", B: "2" }, list: [1, 2], gone: true, "a b": 1 };
    const after = { name: "a", env: { A: "1", B: "3" }, list: [1, 2, 3], fresh: {}, "a b": 2 };
    expect(changes(before, after)).toEqual([
      { path: '["a b"]', kind: "update" },
      { path: "env.B", kind: "update" },
      { path: "fresh", kind: "add" },
      { path: "gone", kind: "delete" },
      { path: "list[2]", kind: "add" },
    ]);
  });

  it("does not see what bridged providers note for themselves", () => {
    expect(changes({ length: 1, __defaults: ["special"] }, { length: 1 })).toEqual([]);
  });

  it("takes null for absent", () => {
    expect(changes({ a: null }, {})).toEqual([]);
  });

  it("are none between equal values, however they are ordered", () => {
    fc.assert(
      fc.property(json, (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(changes(value, reversed)).toEqual([]);
      }),
    );
  });

  it("are as many one way as the other", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(changes(a, b).map(({ path }) => path)).toEqual(
          changes(b, a).map(({ path }) => path),
        );
      }),
    );
  });
});

describe("values", () => {
  it("cross a message unchanged", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(fromStruct(toStruct(value))).toEqual(value);
      }),
    );
  });

  it("may be unknown at any depth", () => {
    expect(holdsUnknown({ a: [{ b: unknown }] })).toBe(true);
    expect(holdsUnknown({ a: [{ b: "known" }], c: null })).toBe(false);
  });
});
