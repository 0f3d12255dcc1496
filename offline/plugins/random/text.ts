/**
 * Random texts: RandomPassword and RandomString.
 */
import bcrypt from "bcryptjs";
import { z } from "zod";
import { pick, shuffle } from "./choice.ts";
import { keepers, once } from "./once.ts";

const classes = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

/** bcrypt looks at no more of a password than this, in bytes; the vendor cuts it off too. */
const bcryptBytes = 72;

/** Rounds as a power of two: the vendor's, Go's bcrypt.DefaultCost. */
const bcryptCost = 10;

const least = z.int().min(0).default(0);

const inputs = z
  .object({
    keepers,
    length: z.int().min(1),
    lower: z.boolean().default(true),
    upper: z.boolean().default(true),
    /** The old name of `numeric`. */
    number: z.boolean().optional(),
    numeric: z.boolean().optional(),
    special: z.boolean().default(true),
    minLower: least,
    minUpper: least,
    minNumeric: least,
    minSpecial: least,
    overrideSpecial: z.string().optional(),
  })
  .transform(({ number, numeric = number ?? true, ...rest }) => ({
    ...rest,
    numeric,
    number: numeric,
  }))
  .refine(
    ({ lower, upper, numeric, special }) => lower || upper || numeric || special,
    "at least one of lower, upper, numeric and special must be true",
  )
  .refine(
    ({ length, minLower, minUpper, minNumeric, minSpecial }) =>
      length >= minLower + minUpper + minNumeric + minSpecial,
    { path: ["length"], message: "must be at least the sum of the minimums" },
  );

/** `random:index/randomPassword:RandomPassword`. */
export const randomPassword = once({
  inputs,
  outputs: ["result", "bcryptHash"],
  schemaVersion: 3,
  make: async (wanted) => {
    const result = text(wanted);
    const hashed = Buffer.from(result).subarray(0, bcryptBytes).toString();
    return { id: "none", outputs: { result, bcryptHash: await bcrypt.hash(hashed, bcryptCost) } };
  },
});

/** `random:index/randomString:RandomString`. */
export const randomString = once({
  inputs,
  outputs: ["result"],
  schemaVersion: 2,
  make: (wanted) => {
    const result = text(wanted);
    return { id: result, outputs: { result } };
  },
});

/** A text with the minimum of each class, and any characters of the allowed classes for the rest. */
function text(wanted: z.output<typeof inputs>): string {
  const special = wanted.overrideSpecial ?? classes.special;
  const allowed = [
    { on: wanted.lower, characters: classes.lower, minimum: wanted.minLower },
    { on: wanted.upper, characters: classes.upper, minimum: wanted.minUpper },
    { on: wanted.numeric, characters: classes.numeric, minimum: wanted.minNumeric },
    { on: wanted.special, characters: special, minimum: wanted.minSpecial },
  ];
  const required = allowed.flatMap(({ characters, minimum }) => some(minimum, characters));
  const all = allowed.map(({ on, characters }) => (on ? characters : "")).join("");
  return shuffle([...required, ...some(wanted.length - required.length, all)]).join("");
}

function some(count: number, characters: string): string[] {
  return Array.from({ length: count }, () => pick(characters));
}
