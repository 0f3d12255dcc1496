/**
 * Random bytes: RandomId and RandomBytes.
 */
import { randomBytes as bytesOf } from "node:crypto";
import { z } from "zod";
import { keepers, once } from "./once.ts";

/** `random:index/randomId:RandomId`. */
export const randomId = once({
  inputs: z.object({ keepers, byteLength: z.int().min(1), prefix: z.string().default("") }),
  outputs: ["b64Std", "b64Url", "hex", "dec"],
  make: ({ byteLength, prefix }) => {
    const bytes = bytesOf(byteLength);
    const hex = bytes.toString("hex");
    return {
      id: bytes.toString("base64url"),
      outputs: {
        b64Std: prefix + bytes.toString("base64"),
        b64Url: prefix + bytes.toString("base64url"),
        hex: prefix + hex,
        dec: prefix + BigInt(`0x${hex}`).toString(),
      },
    };
  },
});

/** `random:index/randomBytes:RandomBytes`. */
export const randomBytes = once({
  inputs: z.object({ keepers, length: z.int().min(1) }),
  outputs: ["base64", "hex"],
  make: ({ length }) => {
    const bytes = bytesOf(length);
    return {
      id: "none",
      outputs: { base64: bytes.toString("base64"), hex: bytes.toString("hex") },
    };
  },
});
