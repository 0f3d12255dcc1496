/**
 * Whether what a stack has on Docker engines and in Kubernetes clusters is still there.
 *
 * `pulumi up --refresh` asks the provider about every resource, which takes a second and more on Docker and three on Kubernetes. What somebody stopped,
 * changed or removed by hand shows in a few lists of the engine's and of the API server's. Only that needs a refresh, which then says so in the
 * deployment, and what a deployment that was killed has begun.
 */
import type { StackState } from "../pulumi/export.ts";
import { isMissingOnEngine, isOnEngine, type Present, presentOnEngine } from "./docker.ts";
import {
  isChangedInCluster,
  isInCluster,
  type Lister,
  listerOf,
  type Settings,
} from "./kubernetes.ts";

/** Other types of which nobody else can change what became of them. */
const unchangeable = /^(temporal:|random:|pulumi:)/;

/** How engines and clusters are asked. */
export interface DriftSources {
  /** What an engine has; undefined when it does not answer. */
  readonly presentOn: (host: string | undefined) => Promise<Present | undefined>;
  /** See {@link isChangedInCluster}. */
  readonly listerOf: (settings: Settings) => Promise<Lister>;
}

/** Whether a deployment is to refresh the state first. */
export async function hasDrifted(
  state: StackState,
  { presentOn, listerOf }: DriftSources,
): Promise<boolean> {
  const { resources: all, pending } = state;
  if (pending.length > 0) return true;
  const onEngines = all.filter(isOnEngine);
  const inClusters = all.filter(isInCluster);
  const others = all.filter((one) => !isOnEngine(one) && !isInCluster(one));
  if (!others.every(({ type }) => unchangeable.test(type))) return true;
  const drifted = await Promise.all([
    isMissingOnEngine(onEngines, state, presentOn),
    isChangedInCluster(inClusters, state, listerOf),
  ]);
  return drifted.includes(true);
}

/**
 * How the machine's engines and clusters are asked.
 *
 * @param host Address of the user's own engine.
 */
export function driftSources(host: string | undefined): DriftSources {
  return { presentOn: (named) => presentOnEngine(named ?? host), listerOf };
}
