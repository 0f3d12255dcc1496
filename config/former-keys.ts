/**
 * Keys of earlier versions, and what says the same now.
 */

type PlainObject = Readonly<Record<string, unknown>>;

const publish =
  "is no more; target.publish has ui, grpc and frontend, each a port or none (gRPC through the gateway may share the web UI's)";

/** What a key of an exposure that had one kind for all said. */
const exposure =
  "is no more; target.exposure has ui, grpc and frontend, each with a kind of its own, such as `ui: {kind: ingress, host: temporal.example.com}`: what the gateway had is ui, and grpc where programs came by it; what began with grpc is frontend";

/** The parts of a cluster that had other keys, by path. */
const former: readonly {
  readonly path: readonly string[];
  readonly found: (value: unknown) => boolean;
  readonly advice: string;
}[] = [
  { path: ["target", "publish", "port"], found: isSaid, advice: publish },
  { path: ["target", "publish", "grpcPort"], found: isSaid, advice: publish },
  { path: ["target", "exposure", "kind"], found: isSaid, advice: exposure },
  {
    path: ["monitoring", "alertmanager"],
    found: (value) => typeof value === "string",
    advice: "must be an object: {kind: external, url: …} with the address that it was",
  },
  {
    path: ["gateway", "auditLog"],
    found: (value) => typeof value === "string",
    advice:
      "must be an object: {kind: stdout}, which is the default, or {kind: file, storage: 8GiB, keep: 90d, callsPerSecond: 1}",
  },
];

function isSaid(value: unknown): boolean {
  return value !== undefined;
}

/** One line for each key of an earlier version in the user's list of clusters, which nobody has judged yet. */
export function formerKeyFaults(clusters: unknown, key: string): string[] {
  if (!Array.isArray(clusters)) return [];
  return clusters.flatMap((cluster: unknown, index) =>
    former.flatMap(({ path, found, advice }) =>
      found(path.reduce(member, cluster)) ? [`${key}[${index}].${path.join(".")}: ${advice}`] : [],
    ),
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as PlainObject)[name]
    : undefined;
}
