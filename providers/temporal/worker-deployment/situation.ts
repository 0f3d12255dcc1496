/**
 * What is known of a Worker Deployment when it is planned: what the server says, what runs, and what can be started.
 */
import type { Extent } from "./polls.ts";
import type { RunningVersion } from "./runner.ts";

/** Status of a version, by the names and in the order of Temporal's API, from 1 (`enums.v1.WorkerDeploymentVersionStatus`). */
export const versionStatuses = ["Inactive", "Current", "Ramping", "Draining", "Drained"] as const;

/** Unspecified also where the server was asked at a bad moment: such a version may still be needed. */
export type VersionStatus = (typeof versionStatuses)[number] | "Unspecified";

/** A version as the server knows it. */
export interface ServerVersion {
  readonly buildId: string;
  readonly status: VersionStatus;
  /** Since when it has the status, as ISO 8601. */
  readonly since?: string;
  /** Whether it has been current before, or is. */
  readonly everCurrent: boolean;
  /** Running workflows that are pinned to it; undefined where that was not asked, since its status says enough. */
  readonly openPinned?: number;
}

/** A deployment as the server knows it. */
export interface ServerDeployment {
  /** Undefined when nobody manages it. */
  readonly managerIdentity?: string;
  /** Build id of the current version; undefined when unversioned workers get new work. */
  readonly current?: string;
  readonly ramping?: {
    /** Undefined for unversioned workers. */
    readonly buildId?: string;
    readonly percent: number;
    /** When the percentage was set, as ISO 8601. */
    readonly since?: string;
  };
  readonly versions: readonly ServerVersion[];
}

/** What is known of the version that is to be. */
export interface DesiredVersion {
  /** Whether it polls all that it should. */
  readonly polls: boolean;
  /** Whether its gate has succeeded before. */
  readonly gatePassed: boolean;
}

/** All that a plan is made from, besides what is wanted. */
export interface Situation {
  /** Undefined when the server has never seen it. */
  readonly server: ServerDeployment | undefined;
  readonly desired: DesiredVersion;
  /** Where unversioned workers poll. */
  readonly unversioned: Extent;
  /** Build ids of pollers that the server remembers, which keep it from deleting their versions. */
  readonly polled: readonly string[];
  readonly running: readonly RunningVersion[];
  /** What can be started: build ids with the fingerprints that their containers ought to have. */
  readonly startable: Readonly<Record<string, string>>;
  readonly now: Date;
}

/** A version in the state. */
export interface VersionState {
  readonly buildId: string;
  readonly status: VersionStatus;
  /** Since when it has the status, as ISO 8601. */
  readonly since?: string;
  /** Share of the new work, in percent, of one that ramps. */
  readonly percent?: number;
}
