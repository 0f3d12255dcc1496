/**
 * Values of Temporal's API as protobuf.js hands them over: what a server leaves out is null or undefined.
 */
import type { Connection } from "@temporalio/client";

/** A 64-bit integer (package `long`). */
interface Int64 {
  readonly toNumber: () => number;
}

/** A duration or a point in time. */
interface Seconds {
  readonly seconds?: Int64 | null;
  readonly nanos?: number | null;
}

/** A number; 0 when it is left out. */
export function numberIn(value: Int64 | null | undefined): number {
  return value?.toNumber() ?? 0;
}

/** The seconds of a duration, with their fraction; 0 when it is left out. */
export function secondsOf(value: Seconds | null | undefined): number {
  return numberIn(value?.seconds) + (value?.nanos ?? 0) / 1e9;
}

/** A point in time as ISO 8601; undefined for none, which the server also writes as the first second of the year 1. */
export function isoTime(value: Seconds | null | undefined): string | undefined {
  const seconds = numberIn(value?.seconds);
  if (seconds <= 0) return undefined;
  return new Date(seconds * 1000 + Math.floor((value?.nanos ?? 0) / 1e6)).toISOString();
}

/** A name by its number in an enumeration of Temporal's API, from 1; `Unspecified` for 0, and for one that a newer server has. */
export function nameIn(names: readonly string[], value: number | null | undefined): string {
  return names[(value ?? 0) - 1] ?? "Unspecified";
}

/** A duration of Temporal's API. */
type Duration = NonNullable<
  Parameters<
    Connection["workflowService"]["registerNamespace"]
  >[0]["workflowExecutionRetentionPeriod"]
>;

/** Seconds as a duration of Temporal's API. Protobuf.js writes a number where its types want an object of the package `long`. */
export function duration(seconds: number): Duration {
  return { seconds } as object;
}
