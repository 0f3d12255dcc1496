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

/** A version of a database's schema, such as `1.19`. */
export type SchemaVersion = `${number}.${number}`;

/** Schemas that a server's tool knows, and those of the minor version before, from which it goes on. */
interface SchemaRange {
  readonly newest: SchemaVersion;
  readonly oldest: SchemaVersion;
}

/**
 * The schemas by minor version: the newest directories of temporal/schema/postgresql/v12 in 1.30.4 (1.18 and 1.13), 1.31.2 and 1.32.2. All
 * patch releases of a minor have the same.
 */
const schemaRanges: Readonly<
  Record<
    (typeof supportedMinors)[number],
    { readonly persistence: SchemaRange; readonly visibility: SchemaRange }
  >
> = {
  "1.31": {
    persistence: { newest: "1.19", oldest: "1.18" },
    visibility: { newest: "1.14", oldest: "1.13" },
  },
  "1.32": {
    persistence: { newest: "1.19", oldest: "1.19" },
    visibility: { newest: "1.14", oldest: "1.14" },
  },
};

/**
 * The schemas that a server of a version can begin with.
 *
 * @throws Error for a version that is not supported.
 */
export function schemaRangeOf(version: string): (typeof schemaRanges)[keyof typeof schemaRanges] {
  const minor = supportedMinors.find((one) => version.startsWith(`${one}.`));
  if (minor === undefined) throw new Error(`version ${version} is not supported`);
  return schemaRanges[minor];
}

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
  return (supportedMinors as readonly string[]).includes(`${version.major}.${version.minor}`);
}
