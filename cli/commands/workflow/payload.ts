/**
 * Arguments and results of workflows.
 */
import type { DataConverter } from "@temporalio/client";
import { RawValue } from "@temporalio/common";

/** A value with its encoding (`temporal.api.common.v1.Payload`). */
export interface Payload {
  readonly metadata?: Readonly<Record<string, Uint8Array>> | null;
  readonly data?: Uint8Array | null;
}

/** What is told of a payload that cannot be read, such as one that a team's codec has encrypted. */
interface Unreadable {
  readonly encoding: string;
  readonly bytes: number;
}

/**
 * A payload's value: what is JSON, or nothing. Whole numbers that JavaScript would round are texts, as in protobuf's JSON; of all that cannot be
 * read, the encoding and the size.
 */
export function readable({ metadata, data }: Payload): unknown {
  const encoding = Buffer.from(metadata?.["encoding"] ?? []).toString();
  const bytes = Buffer.from(data ?? []);
  if (encoding === "binary/null") return null;
  if (encoding.startsWith("json/")) {
    try {
      return JSON.parse(bytes.toString(), exactly) as unknown;
    } catch {
      // It is told like those of an unknown encoding.
    }
  }
  return { encoding, bytes: bytes.length } satisfies Unreadable;
}

/** Reads numbers as they are written. The standard has the third parameter, and TypeScript's library not yet. */
function exactly(_: string, value: unknown, written?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) {
    return value;
  }
  return written?.source ?? value;
}

const encoding = { encoding: Buffer.from("json/plain") };

/** Lets the SDK show what it gets as {@link readable} does, and fail at nothing. */
export const readableConverter: DataConverter = {
  payloadCodecs: [
    {
      encode: (payloads) => Promise.resolve(payloads),
      decode: (payloads) =>
        Promise.resolve(
          payloads.map((payload) => ({
            metadata: encoding,
            data: Buffer.from(JSON.stringify(readable(payload))),
          })),
        ),
    },
  ],
};

/** An argument for the SDK, of JSON that is sent as it stands. */
export function rawArgument(json: string): RawValue {
  return RawValue.fromPayload({ metadata: encoding, data: Buffer.from(json) });
}
