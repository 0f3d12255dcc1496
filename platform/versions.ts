/**
 * Versions of the Temporal server: which ones this platform knows how to run.
 */

/** The version that a cluster runs unless its config says otherwise. */
export const defaultServerVersion = "1.32.2";

/** A parsed version, as in `1.32.2`. */
export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * The minor versions whose config, health services and tools this platform is written for. 1.31 is the first in which the worker role
 * answers the gRPC health service and the schema is the one of 1.32 (1.19 and 1.14).
 */
export const supportedMinors = ["1.31", "1.32"] as const;

/** Reads a version; undefined when it is not of the form `1.32.2`. */
export function parseServerVersion(text: string): ServerVersion | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [major, minor, patch] = match.slice(1).map(Number) as [number, number, number];
  return { major, minor, patch };
}

/** Negative when `a` is older than `b`, 0 when they are the same, positive when it is newer. */
export function compareServerVersions(a: ServerVersion, b: ServerVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Whether this platform can run that version. */
export function isSupported(version: ServerVersion): boolean {
  return (supportedMinors as readonly string[]).includes(
    `${String(version.major)}.${String(version.minor)}`,
  );
}
