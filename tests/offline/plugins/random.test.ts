import bcrypt from "bcryptjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unknown } from "../../../providers/protocol/values.ts";
import { callOf } from "../../../testkit/call.ts";
import { randomPassword } from "../../../offline/plugins/random/password.ts";

async function failures(inputs: object): Promise<readonly string[]> {
  const checked = await randomPassword.check?.({ ...inputs }, {}, callOf());
  return (checked?.failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);
}

async function made(inputs: object, preview = false) {
  const { id, outputs } = await randomPassword.create({ ...inputs }, callOf({ preview }));
  return { id, ...(outputs as Record<string, unknown>) } as Record<string, unknown>;
}

const wish = fc.record({
  length: fc.integer({ min: 8, max: 64 }),
  upper: fc.boolean(),
  numeric: fc.boolean(),
  special: fc.boolean(),
  minLower: fc.nat(2),
});

describe("RandomPassword", () => {
  it("has the wanted length and characters", async () => {
    await fc.assert(
      fc.asyncProperty(wish, async (inputs) => {
        const result = String((await made(inputs))["result"]);
        expect(result).toHaveLength(inputs.length);
        expect(/[A-Z]/.test(result) && !inputs.upper).toBe(false);
        expect(/[0-9]/.test(result) && !inputs.numeric).toBe(false);
        expect(/[^A-Za-z0-9]/.test(result) && !inputs.special).toBe(false);
        expect(result.replaceAll(/[^a-z]/g, "").length).toBeGreaterThanOrEqual(inputs.minLower);
      }),
      // Each password is hashed as well, slowly.
      { numRuns: 20 },
    );
  });

  it("holds the minimum of each class", async () => {
    const inputs = { length: 8, minLower: 2, minUpper: 2, minNumeric: 2, minSpecial: 2 };
    const { result } = await made({ ...inputs, overrideSpecial: "~" });
    expect(Array.from(String(result)).sort().join("")).toMatch(/^\d{2}[A-Z]{2}[a-z]{2}~{2}$/);
  });

  it("comes with a bcrypt hash, and is not twice the same", async () => {
    const [one, other] = [await made({ length: 20 }), await made({ length: 20 })];
    expect(one["result"]).not.toBe(other["result"]);
    expect(one["id"]).toBe("none");
    await expect(bcrypt.compare(String(one["result"]), String(one["bcryptHash"]))).resolves.toBe(
      true,
    );
  });

  it("refuses what cannot be", async () => {
    expect(await failures({ length: 0 })).toEqual(["length: Too small: expected number to be >=1"]);
    expect(await failures({ length: 2, minLower: 3 })).toEqual([
      "length: must be at least the sum of the minimums",
    ]);
    const none = { lower: false, upper: false, number: false, special: false };
    expect(await failures({ length: 2, ...none })).toHaveLength(1);
    expect(await failures({ length: unknown })).toEqual([]);
  });

  it("is unknown in a preview", async () => {
    const preview = await made({ length: 20 }, true);
    expect(preview).toMatchObject({ length: 20, result: unknown, bcryptHash: unknown });
  });
});
