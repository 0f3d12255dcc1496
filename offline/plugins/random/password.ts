/**
 * `random:index/randomPassword:RandomPassword`: a text that is made once and kept in the stack's state until an input changes.
 */
import { randomInt } from "node:crypto";
import bcrypt from "bcryptjs";
import { z } from "zod";
import type { ResourceType } from "../../../providers/protocol/provider.ts";
import { schemaFailures } from "../../../providers/protocol/schema.ts";
import { holdsUnknown, unknown } from "../../../providers/protocol/values.ts";

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

/** Version of the vendor's schema, so that the vendor's plugin can go on with a state that this one wrote. */
const schemaVersion = "3";

const least = z.int().min(0).default(0);

const inputs = z
  .object({
    /** Any values whose change makes a new password. */
    keepers: z.record(z.string(), z.string()).optional(),
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

/** The resource type; its inputs have the vendor's defaults. */
export const randomPassword: ResourceType = {
  onChange: "replace",
  check: (news) => ({ inputs: news, failures: schemaFailures(inputs, news) }),
  create: async (properties, { preview }) => {
    if (preview || holdsUnknown(properties)) {
      return { id: "", outputs: { ...properties, result: unknown, bcryptHash: unknown } };
    }
    const wanted = inputs.parse(properties);
    const result = text(wanted);
    const hashed = Buffer.from(result).subarray(0, bcryptBytes).toString();
    const bcryptHash = await bcrypt.hash(hashed, bcryptCost);
    const __meta = JSON.stringify({ schema_version: schemaVersion });
    return { id: "none", outputs: { ...wanted, result, bcryptHash, __meta } };
  },
};

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

/** One of the characters, each as likely as the others. */
function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** The values in another order, each order as likely as the others (Fisher and Yates). */
function shuffle(values: readonly string[]): string[] {
  const rest = [...values];
  return values.map(() => rest.splice(randomInt(rest.length), 1)[0] ?? "");
}
