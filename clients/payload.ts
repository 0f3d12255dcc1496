/**
 * Values as Temporal carries them. Plain JSON is encoded as the SDK does it, without loading the SDK, which takes half a second.
 */
import type { temporal } from "@temporalio/proto";

/** A value in its encoding. */
export type Payload = temporal.api.common.v1.IPayload;

/** The encoding of plain JSON. */
const plainJson = "json/plain";

/** What stands for a payload that is not plain JSON, such as an encrypted one: its bytes, as base64. */
interface Opaque {
  readonly $payload: {
    readonly metadata: Readonly<Record<string, string>>;
    readonly data: string;
  };
}

/** The payload of a JSON value, or the one that an {@link valueOf opaque value} stands for. */
export function payloadOf(value: unknown): Payload {
  if (!isOpaque(value)) {
    return {
      metadata: { encoding: Buffer.from(plainJson) },
      data: Buffer.from(JSON.stringify(value)),
    };
  }
  const { metadata, data } = value.$payload;
  return {
    metadata: mapped(metadata, (bytes) => Buffer.from(bytes, "base64")),
    data: Buffer.from(data, "base64"),
  };
}

/** The JSON value of a payload; where it is not plain JSON, its bytes as `{$payload: {metadata, data}}`, which {@link payloadOf} takes. */
export function valueOf({ metadata, data }: Payload): unknown {
  const about = metadata ?? {};
  const bytes = Buffer.from(data ?? []);
  const plain =
    Object.keys(about).length === 1 &&
    Buffer.from(about["encoding"] ?? []).toString() === plainJson;
  const value = plain ? parsed(bytes) : undefined;
  if (value !== undefined) return value;
  const opaque: Opaque = {
    $payload: {
      metadata: mapped(about, (one) => Buffer.from(one).toString("base64")),
      data: bytes.toString("base64"),
    },
  };
  return opaque;
}

/** Payloads of a map of values; `undefined` for none. */
export function payloadsOf(
  values: Readonly<Record<string, unknown>> | undefined,
): Record<string, Payload> | undefined {
  return values === undefined ? undefined : mapped(values, payloadOf);
}

/** Values of a map of payloads. */
export function valuesOf(
  payloads: Readonly<Record<string, Payload>> | null | undefined,
): Record<string, unknown> {
  return mapped(payloads ?? {}, valueOf);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function isOpaque(value: unknown): value is Opaque {
  return typeof value === "object" && value !== null && "$payload" in value;
}

function mapped<From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
