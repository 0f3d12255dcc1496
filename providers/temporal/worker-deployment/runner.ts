/**
 * What runs the containers of a worker's versions.
 */
import { createHash } from "node:crypto";
import type { Spec } from "./inputs.ts";

/** What a version is to run as. */
export interface WantedVersion {
  readonly buildId: string;
  readonly spec: Spec;
  /** Variables of all versions, over the version's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whoever scales it says how many when undefined. */
  readonly replicas: number | undefined;
}

/** A version of which something runs. */
export interface RunningVersion {
  readonly buildId: string;
  readonly replicas: number;
  /** As {@link Runner.fingerprint} has it; undefined when its containers differ from each other. */
  readonly fingerprint: string | undefined;
}

/** Runs versions of one worker. What is no version of this worker it neither sees nor touches. */
export interface Runner {
  /** What runs, whoever started it. */
  observe(): Promise<readonly RunningVersion[]>;

  /** What its containers are started from, as a short text; another one means other containers. */
  fingerprint(version: WantedVersion): string;

  /** Starts a version, or brings it up to date in place. Ends when all is started, not when it works. */
  start(version: WantedVersion): Promise<void>;

  /** Ends all of a version, with its grace period; nothing to do when nothing runs. */
  stop(buildId: string): Promise<void>;

  /** Why a version may not work: how its containers are, and what they last said. Several lines; empty when there is nothing to tell. */
  complaint(version: WantedVersion): Promise<string>;
}

/** A short text that another value has not. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);
}

/** JSON with keys in order: the state hands objects over in an order of its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
