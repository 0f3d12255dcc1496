/**
 * Fair choices. Every one takes its randomness from a source, so that a seed can repeat it.
 */
import { createHash, randomInt } from "node:crypto";

/** Gives a whole number from 0 to below `limit`, each as likely as the others. */
export type Source = (limit: number) => number;

/** The operating system's randomness. */
export const secure: Source = (limit) => randomInt(limit);

/**
 * The same numbers for the same seed. They differ from the vendor's, which come from Go's generator; the bias of the remainder is below
 * limit / 2^48.
 */
export function seeded(seed: string): Source {
  let count = 0;
  return (limit) => {
    const digest = createHash("sha256")
      .update(`${seed}/${String(count++)}`)
      .digest();
    return digest.readUIntBE(0, 6) % limit;
  };
}

/** The source for an optional seed. */
export function source(seed: string | undefined): Source {
  return seed === undefined || seed === "" ? secure : seeded(seed);
}

/**
 * One of the values.
 *
 * @throws RangeError when there is none.
 */
export function pick<Value>(values: ArrayLike<Value>, choose: Source = secure): Value {
  const value = values[choose(values.length)];
  if (value === undefined) throw new RangeError("there is nothing to choose from");
  return value;
}

/** The values in another order, each order as likely as the others (Fisher and Yates). */
export function shuffle<Value>(values: readonly Value[], choose: Source = secure): Value[] {
  const rest = [...values];
  return values.map(() => rest.splice(choose(rest.length), 1)[0] as Value);
}
