/**
 * What a cluster is for ever, and which changes would part it from its data.
 */
import { archiveKey, type ArchivePlace, archiveViolation } from "./archive-guard.ts";
import { type DataLocation, locationChanges } from "./data-location.ts";
import { compareServerVersions, parseServerVersion } from "./versions.ts";
import { visibilityKey, type VisibilityPlace, visibilityViolation } from "./visibility-move.ts";

/** What is known of a cluster from one deployment to the next. */
export interface RegisteredCluster {
  readonly numHistoryShards: number;
  readonly failoverVersionIncrement: number;
  readonly initialFailoverVersion: number;
  readonly serverVersion: string;
  /** Unknown to stacks that were last deployed by a version of the platform that did not record it. */
  readonly data?: DataLocation;
  /** What Temporal holds by the program's word; unknown to stacks of a version of the platform that did not record it. */
  readonly objects?: HeldObjects;
  /** Where its lists are; left out while they are in PostgreSQL alone. */
  readonly visibility?: VisibilityPlace;
  /** Where its archive is; left out when it has none, and unknown when `data` is. */
  readonly archive?: ArchivePlace;
}

/** What becomes of an object that the config no longer names, by what it is called, such as `namespaces.orders`. */
export type HeldObjects = Readonly<Record<string, "keep" | "delete" | "protect">>;

/** What the user has agreed to on purpose. */
export interface Consent {
  /** Names of clusters that were removed. */
  readonly retired: readonly string[];
  /** Clusters whose data is to be elsewhere: the new values by cluster and key. */
  readonly moved: Readonly<Record<string, DataLocation>>;
}

/** The clusters of a stack by name. */
export type RegisteredClusters = Readonly<Record<string, RegisteredCluster>>;

/** A change that is refused. */
export interface Violation {
  /** The value that changed, such as `clusters.dev.numHistoryShards`. */
  readonly property: string;
  /** What would happen and what to do instead, for people. */
  readonly message: string;
}

/** Where each lasting value stands in the configuration, and what another value would do to the data. */
const lasting = {
  numHistoryShards: {
    key: "server.numHistoryShards",
    effect:
      "Workflows are placed on shards by hash, so with another number the running ones would not be found",
    instead: "To have another number, make a second cluster and move the namespaces to it",
  },
  failoverVersionIncrement: {
    key: "identity.failoverVersionIncrement",
    effect: "Versions in the history of every replicated workflow are multiples of it",
    instead: "It must be the same in all clusters that replicate with each other",
  },
  initialFailoverVersion: {
    key: "identity.initialFailoverVersion",
    effect: "It marks every replicated event as this cluster's own",
    instead:
      "Left out, it is the cluster's place in the list: name it when the order of the list changes",
  },
} as const satisfies Partial<Record<keyof RegisteredCluster, object>>;

/**
 * The changes from one deployment to the next that must not be made.
 *
 * The server itself would not stop them: it keeps what its database says and logs a warning (temporal/server.go).
 *
 * @param consent What the user wants nevertheless.
 */
export function identityViolations(
  before: RegisteredClusters,
  after: RegisteredClusters,
  { retired, moved }: Consent,
): readonly Violation[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [old, current] = [before[name], after[name]];
    if (current === undefined) return old === undefined ? [] : removal(name, retired);
    return [
      ...(retired.includes(name) ? [stillListed(name)] : []),
      ...(old === undefined ? [] : changedIdentity(name, old, current)),
      ...(old === undefined ? [] : changedLocation(name, old, current, moved[name] ?? {})),
      ...(old === undefined ? [] : changedLists(name, old, current, moved[name] ?? {})),
      ...changedArchive(name, old, current, moved[name] ?? {}),
      ...versionStep(name, old, current),
      ...(old === undefined ? [] : removedObjects(name, old, current)),
    ];
  });
}

/** Objects that are protected, and no longer in the config. */
function removedObjects(
  name: string,
  { objects: before = {} }: RegisteredCluster,
  { objects: after = {} }: RegisteredCluster,
): Violation[] {
  const gone = Object.keys(before).filter((one) => before[one] === "protect" && !(one in after));
  return gone.map((one) => ({
    property: `clusters.${name}.${one}`,
    message:
      `${one} of cluster ${name} is protected and no longer in the config: put it back. ` +
      `To remove it on purpose, set its onRemove to keep or delete, deploy, and remove it then`,
  }));
}

function removal(name: string, retired: readonly string[]): Violation[] {
  if (retired.includes(name)) return [];
  return [
    {
      property: `clusters.${name}`,
      message:
        `cluster ${name} is no longer in temporal-platform:clusters: its containers and its database, with all workflows, would be deleted. ` +
        `A cluster's name is for ever, because it is in its database: put ${name} back. ` +
        `To remove the cluster and its data on purpose, add ${name} to temporal-platform:retired`,
    },
  ];
}

function stillListed(name: string): Violation {
  return {
    property: `retired`,
    message: `cluster ${name} is in temporal-platform:retired and in temporal-platform:clusters: take it out of one of them`,
  };
}

function changedIdentity(
  name: string,
  old: RegisteredCluster,
  now: RegisteredCluster,
): Violation[] {
  const properties = Object.keys(lasting) as (keyof typeof lasting)[];
  return properties
    .filter((property) => old[property] !== now[property])
    .map((property) => {
      const { key, effect, instead } = lasting[property];
      return {
        property: `clusters.${name}.${property}`,
        message:
          `${key} of cluster ${name} is ${old[property]} for ever: it was written to the database at the first start, and ${now[property]} would not take effect. ` +
          `${effect}. Put ${old[property]} back. ${instead}`,
      };
    });
}

function changedLocation(
  name: string,
  { data: before }: RegisteredCluster,
  { data: after }: RegisteredCluster,
  agreed: DataLocation,
): Violation[] {
  if (before === undefined || after === undefined) return [];
  return locationChanges(before, after)
    .filter(({ key, to }) => agreed[key] !== to)
    .map(({ key, from, to, effect }) => ({
      property: `clusters.${name}.${key}`,
      message:
        `${key} of cluster ${name} is ${from}, and its data is there; ${to} would part it from them. ${effect}. Put ${from} back. ` +
        `To move the cluster on purpose, follow docs/runbooks/move-cluster.md and add "${name}: { ${key}: ${to} }" to temporal-platform:moved`,
    }));
}

function changedLists(
  name: string,
  { visibility: before }: RegisteredCluster,
  { visibility: after }: RegisteredCluster,
  agreed: DataLocation,
): Violation[] {
  const message = visibilityViolation(name, before, after, agreed[visibilityKey]);
  return message === undefined ? [] : [{ property: `clusters.${name}.${visibilityKey}`, message }];
}

function changedArchive(
  name: string,
  old: RegisteredCluster | undefined,
  now: RegisteredCluster,
  agreed: DataLocation,
): Violation[] {
  if (now.data === undefined) return [];
  const message = archiveViolation(name, old?.archive, now.archive, agreed);
  return message === undefined ? [] : [{ property: `clusters.${name}.${archiveKey}`, message }];
}

function versionStep(
  name: string,
  old: RegisteredCluster | undefined,
  now: RegisteredCluster,
): Violation[] {
  const refuse = (message: string): Violation[] => [
    {
      property: `clusters.${name}.serverVersion`,
      message: `server.version of cluster ${name} ${message}`,
    },
  ];
  const to = parseServerVersion(now.serverVersion);
  if (to === undefined) {
    return refuse(`is ${now.serverVersion}: a version has the form 1.32.2`);
  }
  const from = old === undefined ? undefined : parseServerVersion(old.serverVersion);
  if (old === undefined || from === undefined) return [];

  const step = `goes from ${old.serverVersion} to ${now.serverVersion}`;
  // Patch releases of one minor share its schema, so that a bad one can be taken back.
  const older = compareServerVersions({ ...to, patch: 0 }, { ...from, patch: 0 }) < 0;
  if (older) {
    return refuse(
      `${step}: that is an older minor version. The newer server has changed the schema and written data that the older one cannot read. ` +
        `Put ${old.serverVersion} back, or restore a backup made before the upgrade into a new cluster`,
    );
  }
  if (to.major !== from.major) {
    return refuse(
      `${step}: that is another major version, and how its data is brought over is not known here. Put ${old.serverVersion} back`,
    );
  }
  if (to.minor > from.minor + 1) {
    const next = `${from.major}.${from.minor + 1}`;
    return refuse(
      `${step}: that skips a minor version. Each one rewrites data that the next relies on (docs.temporal.io/self-hosted-guide/upgrade-server). ` +
        `Go to the latest ${next} first, let it run until all shards have loaded, then go on`,
    );
  }
  return [];
}
