import bcrypt from "bcryptjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResourceType } from "../../../providers/protocol/provider.ts";
import { unknown } from "../../../providers/protocol/values.ts";
import { randomBytes, randomId } from "../../../offline/plugins/random/bytes.ts";
import { callOf } from "../../../testkit/call.ts";
import { pick, seeded, shuffle } from "../../../offline/plugins/random/choice.ts";
import {
  randomInteger,
  randomPet,
  randomShuffle,
  randomUuid,
} from "../../../offline/plugins/random/others.ts";
import { randomPassword, randomString } from "../../../offline/plugins/random/text.ts";

async function failures(type: ResourceType, inputs: object): Promise<readonly string[]> {
  const checked = await type.check?.({ ...inputs }, {}, callOf());
  return (checked?.failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);
}

async function made(type: ResourceType, inputs: object, preview = false) {
  const { id, outputs } = await type.create({ ...inputs }, callOf({ preview }));
  return { id, ...(outputs as Record<string, unknown>) } as Record<string, unknown>;
}

const wish = fc.record({
  length: fc.integer({ min: 8, max: 64 }),
  upper: fc.boolean(),
  numeric: fc.boolean(),
  special: fc.boolean(),
  minLower: fc.nat(2),
});

describe("RandomPassword and RandomString", () => {
  it("have the wanted length and characters", async () => {
    await fc.assert(
      fc.asyncProperty(wish, async (inputs) => {
        const result = String((await made(randomString, inputs))["result"]);
        expect(result).toHaveLength(inputs.length);
        expect(/[A-Z]/.test(result) && !inputs.upper).toBe(false);
        expect(/[0-9]/.test(result) && !inputs.numeric).toBe(false);
        expect(/[^A-Za-z0-9]/.test(result) && !inputs.special).toBe(false);
        expect(result.replaceAll(/[^a-z]/g, "").length).toBeGreaterThanOrEqual(inputs.minLower);
      }),
    );
  });

  it("hold the minimum of each class", async () => {
    const inputs = { length: 8, minLower: 2, minUpper: 2, minNumeric: 2, minSpecial: 2 };
    const { result } = await made(randomString, { ...inputs, overrideSpecial: "~" });
    expect(Array.from(String(result)).sort().join("")).toMatch(/^\d{2}[A-Z]{2}[a-z]{2}~{2}$/);
  });

  it("come with a bcrypt hash, and are not twice the same", async () => {
    const [one, other] = [
      await made(randomPassword, { length: 20 }),
      await made(randomPassword, { length: 20 }),
    ];
    expect(one["result"]).not.toBe(other["result"]);
    expect(one["id"]).toBe("none");
    await expect(bcrypt.compare(String(one["result"]), String(one["bcryptHash"]))).resolves.toBe(
      true,
    );
  });

  it("refuse what cannot be", async () => {
    expect(await failures(randomString, { length: 0 })).toEqual([
      "length: Too small: expected number to be >=1",
    ]);
    expect(await failures(randomString, { length: 2, minLower: 3 })).toEqual([
      "length: must be at least the sum of the minimums",
    ]);
    const none = { lower: false, upper: false, number: false, special: false };
    expect(await failures(randomString, { length: 2, ...none })).toHaveLength(1);
    expect(await failures(randomString, { length: unknown })).toEqual([]);
  });

  it("are unknown in a preview", async () => {
    const preview = await made(randomPassword, { length: 20 }, true);
    expect(preview).toMatchObject({ length: 20, result: unknown, bcryptHash: unknown });
  });
});

describe("the other types", () => {
  it("RandomId and RandomBytes say the same bytes in each notation", async () => {
    const id = await made(randomId, { byteLength: 8, prefix: "p-" });
    const hex = String(id["hex"]).slice(2);
    expect(Buffer.from(hex, "hex")).toHaveLength(8);
    expect(id["dec"]).toBe(`p-${BigInt(`0x${hex}`).toString()}`);
    expect(id["b64Url"]).toBe(`p-${String(id["id"])}`);
    const bytes = await made(randomBytes, { length: 3 });
    expect(Buffer.from(String(bytes["base64"]), "base64").toString("hex")).toBe(bytes["hex"]);
  });

  it("RandomInteger stays in its range, the same for the same seed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.nat(1000), fc.string(), async (min, span, seed) => {
        const inputs = { min, max: min + span, seed };
        const { result } = await made(randomInteger, inputs);
        expect(result).toBeGreaterThanOrEqual(min);
        expect(result).toBeLessThanOrEqual(min + span);
        if (seed !== "") expect((await made(randomInteger, inputs))["result"]).toBe(result);
      }),
    );
    expect(await failures(randomInteger, { min: 2, max: 1 })).toEqual([
      "min: must not be greater than max",
    ]);
  });

  it("RandomShuffle gives as many as wanted", async () => {
    const inputs = ["a", "b", "c"];
    const all = (await made(randomShuffle, { inputs }))["results"] as string[];
    expect([...all].sort()).toEqual(inputs);
    const more = (await made(randomShuffle, { inputs, resultCount: 7 }))["results"] as string[];
    expect(more).toHaveLength(7);
    expect([...more.slice(0, 3)].sort()).toEqual(inputs);
  });

  it("RandomUuid and RandomPet are named by what they are", async () => {
    const { id, result } = await made(randomUuid, {});
    expect(id).toBe(result);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const pet = await made(randomPet, { length: 3, prefix: "dev", separator: "_" });
    expect(String(pet["id"]).split("_")).toHaveLength(4);
  });
});

describe("choices", () => {
  it("reach every value", () => {
    const seen = new Set(Array.from({ length: 500 }, () => pick("abcdef")));
    expect(seen.size).toBe(6);
    expect(() => pick([])).toThrow(RangeError);
  });

  it("shuffle without losing or doubling anything", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (values, seed) => {
        const numeric = (a: number, b: number): number => a - b;
        expect(shuffle(values, seeded(seed)).sort(numeric)).toEqual([...values].sort(numeric));
      }),
    );
  });
});
