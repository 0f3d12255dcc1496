/**
 * Where everything is kept that a machine needs.
 */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Absolute paths. */
export interface Paths {
  /** This checkout. */
  readonly project: string;
  /** All that is the user's: TEMPORAL_PLATFORM_HOME, by default ~/.temporal-platform. */
  readonly home: string;
  /** Downloads and builds by version; may be removed at any time. */
  readonly cache: string;
  /** What Node has compiled; cli/run.sh names it, too. */
  readonly compileCache: string;
  /** Directory of a Pulumi CLI that is ours. */
  readonly pulumiBin: string;
  /** PULUMI_HOME of a CLI that is ours. */
  readonly pulumiHome: string;
  /** Pulumi's file backend. */
  readonly state: string;
  /** Kubeconfigs of the Kubernetes clusters that `npm run cluster` made. */
  readonly clusters: string;
  /** File with the passphrase that encrypts secrets in the state. */
  readonly passphrase: string;
  /** Shell script that `activate` reads. */
  readonly activation: string;
  /** Log of a Docker engine that we started. */
  readonly dockerdLog: string;
}

/** The Pulumi CLI that is fetched or built where there is none; the newest that can be built from the Go module proxy. */
export const cliVersion = "3.259.0";

/**
 * The paths of this checkout and user.
 *
 * @param environment For TEMPORAL_PLATFORM_HOME.
 */
export function pathsOf(environment: Readonly<Record<string, string | undefined>>): Paths {
  const given = environment["TEMPORAL_PLATFORM_HOME"] ?? "";
  const home = given === "" ? join(homedir(), ".temporal-platform") : resolve(given);
  const cache = join(home, "cache");
  return {
    project: resolve(import.meta.dirname, ".."),
    home,
    cache,
    compileCache: join(cache, "node"),
    pulumiBin: join(cache, "pulumi", cliVersion, "bin"),
    pulumiHome: join(home, "pulumi"),
    state: join(home, "state"),
    clusters: join(home, "clusters"),
    passphrase: join(home, "passphrase"),
    activation: join(home, "activate.sh"),
    dockerdLog: join(home, "dockerd.log"),
  };
}
