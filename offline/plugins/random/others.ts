/**
 * Random numbers, UUIDs, orders and names.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { pick, shuffle, source } from "./choice.ts";
import { keepers, once } from "./once.ts";

const seed = z.string().optional();

/** `random:index/randomInteger:RandomInteger`. */
export const randomInteger = once({
  inputs: z
    .object({ keepers, min: z.int(), max: z.int(), seed })
    .refine(({ min, max }) => min <= max, {
      path: ["min"],
      message: "must not be greater than max",
    }),
  outputs: ["result"],
  make: (range) => {
    const result = range.min + source(range.seed)(range.max - range.min + 1);
    return { id: String(result), outputs: { result } };
  },
});

/** `random:index/randomUuid:RandomUuid`, and the same under its new name `randomUuid4:RandomUuid4`. */
export const randomUuid = once({
  inputs: z.object({ keepers }),
  outputs: ["result"],
  make: () => {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  },
});

/** `random:index/randomShuffle:RandomShuffle`; it begins again when more results are wanted than there are inputs. */
export const randomShuffle = once({
  inputs: z.object({
    keepers,
    inputs: z.array(z.string()),
    resultCount: z.int().min(0).optional(),
    seed,
  }),
  outputs: ["results"],
  make: ({ inputs, resultCount = inputs.length, seed: given }) => {
    const choose = source(given);
    const results: string[] = [];
    while (results.length < resultCount && inputs.length > 0) {
      results.push(...shuffle(inputs, choose));
    }
    return { id: "-", outputs: { results: results.slice(0, resultCount) } };
  },
});

const adjectives =
  "able brave calm eager fair glad keen kind loyal merry neat proud quick rapid sharp smart swift true vivid wise";
const animals =
  "ant bear crane deer eagle fox goose hawk ibis jay koala lynx mole newt otter panda quail raven seal tiger";

/** `random:index/randomPet:RandomPet`: adjectives and an animal. */
export const randomPet = once({
  inputs: z.object({
    keepers,
    length: z.int().min(1).default(2),
    prefix: z.string().optional(),
    separator: z.string().default("-"),
  }),
  outputs: [],
  make: ({ length, prefix, separator }) => {
    const descriptions = Array.from({ length: length - 1 }, () => pick(adjectives.split(" ")));
    const words = [...descriptions, pick(animals.split(" "))];
    return { id: [...(prefix ? [prefix] : []), ...words].join(separator), outputs: {} };
  },
});
