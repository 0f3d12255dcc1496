/**
 * How a server elsewhere lets Prometheus in.
 */
import { z } from "zod";
import { certificates } from "./certificates.ts";
import { secretSource } from "./secret-source.ts";

/** An address of HTTP. A login in it would stand in the config, in clear. */
export const address = (example: string): z.ZodType<string> =>
  z
    .url({ protocol: /^https?$/, error: `must be an address such as ${example}` })
    .refine((text) => !URL.canParse(text) || new URL(text).username === "", {
      message: "must not hold a user or a password: they would stand in the config",
    });

/** By what a server lets in. */
export const authentication = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("It asks for nothing") }),
    z.strictObject({
      kind: z.literal("basic").describe("A user and a password (RFC 7617)"),
      username: z.string().min(1).describe("Name of the user"),
      password: secretSource.describe(
        "Where the password is: {env: VARIABLE} of whoever deploys, or on kubernetes {name, key} of a Secret",
      ),
    }),
    z.strictObject({
      kind: z.literal("bearer").describe("A token (RFC 6750)"),
      token: secretSource.describe("Where the token is, as `password` above"),
    }),
  ])
  .prefault({ kind: "none" })
  .describe("By what the server lets in; it is in no file of the config");

/** Whom the server's certificate is signed by. */
export const authority = certificates
  .exactOptional()
  .describe(
    "Certificates of the authority that signed the server's: PEM, or the path of a file; the image's own authorities when left out",
  );
