/**
 * The Kubernetes clusters of a stack: whether they are there, before Pulumi runs.
 */
import { type KubernetesAccess, placeOf } from "../../clients/kubernetes/kubeconfig.ts";
import { defaultProbeTimeoutMs, probe } from "../../clients/kubernetes/probe.ts";
import { type Paths, pathsOf } from "../../offline/paths.ts";
import type { KubernetesNeeds } from "../pulumi/needs.ts";
import { isAtLeast } from "../pulumi/version.ts";
import { present, type Report } from "../../offline/steps.ts";
import { UserError } from "../../offline/user-error.ts";
import { accessTo, fault } from "./access.ts";
import { devClusterOf, loadStackImages } from "./dev-cluster.ts";

export { placeOf };

/** The oldest Kubernetes that runs the platform: the first in which a pod may sleep before it is stopped (KEP-3960, beta). */
const minVersion = "1.30";

/** What was found of the Kubernetes cluster that a cluster of the stack is to run in. */
export type Found =
  | {
      readonly kind: "reached";
      readonly need: KubernetesNeeds;
      readonly access: KubernetesAccess;
      /** Of Kubernetes, such as `1.34.4`; undefined when the API server does not tell it. */
      readonly version?: string;
    }
  /** The kubeconfig does not say how it is reached. */
  | { readonly kind: "unknown"; readonly fault: UserError }
  /** It cannot be used now. */
  | { readonly kind: "out of reach"; readonly fault: UserError };

/** Variables of the environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/** How the clusters are seen to. */
export interface KubernetesOptions {
  /** Whether all must answer; if not, a line says which do not. */
  readonly must: boolean;
  readonly environment: Environment;
  readonly report: Report;
  /** How long an API server may take to answer, in milliseconds; 5 s by default. */
  readonly limit?: number;
}

/**
 * Looks for all Kubernetes clusters of a stack; changes nothing.
 *
 * With PULUMI_K8S_DELETE_UNREACHABLE=true, by which Pulumi's provider forgets what was in clusters that are gone, none needs to be there.
 *
 * @returns Those that can be used.
 * @throws UserError with a line for each whose context cannot be found, and for each that cannot be used if all must.
 */
export async function ensureKubernetes(
  needs: readonly KubernetesNeeds[],
  { must, environment, report, limit = defaultProbeTimeoutMs }: KubernetesOptions,
): Promise<Extract<Found, { kind: "reached" }>[]> {
  const all = await Promise.all(needs.map((need) => findKubernetes(need, environment, limit)));
  const reached = all.filter((found) => found.kind === "reached");
  for (const { need, access, version = "(version unknown)" } of reached) {
    present(`Kubernetes ${version} of cluster ${need.name}: ${placeOf(access)}`, report);
  }
  const forgiving = environment["PULUMI_K8S_DELETE_UNREACHABLE"] === "true";
  const [fatal, others] = [true, false].map((which) =>
    all.flatMap((found) =>
      found.kind !== "reached" && which === (!forgiving && (must || found.kind === "unknown"))
        ? [found.fault.message]
        : [],
    ),
  ) as [string[], string[]];
  for (const message of others) report(`warning: ${message}`);
  if (fatal.length > 0) throw new UserError(fatal.join("\nerror: "));
  return reached;
}

/** Looks for one; changes nothing. */
export async function findKubernetes(
  need: KubernetesNeeds,
  environment: Environment,
  limit = defaultProbeTimeoutMs,
): Promise<Found> {
  const { name, context } = need;
  let access: KubernetesAccess;
  try {
    access = await accessTo(need, environment);
  } catch (error) {
    if (error instanceof UserError) return { kind: "unknown", fault: error };
    throw error;
  }
  const bad = (what: string, remedy: string): Found => ({
    kind: "out of reach",
    fault: fault(name, what, remedy),
  });
  const { server } = access;
  const answer = await probe(access, { environment, timeoutMs: limit });
  switch (answer.kind) {
    case "silent": {
      const devCluster = devClusterOf(context, server, pathsOf(environment));
      return bad(
        `the API server ${server} of context ${context} does not answer (${answer.reason})`,
        devCluster === undefined
          ? "start it, or see that it can be reached from here (VPN, firewall)"
          : `npm run cluster up ${devCluster} starts it`,
      );
    }
    case "refuses":
      return bad(
        `the API server ${server} refuses the credentials of context ${context}`,
        "log in to it again, or get a new kubeconfig",
      );
    case "answers": {
      const { version } = answer;
      if (version === undefined) return { kind: "reached", need, access };
      return isAtLeast(version, minVersion)
        ? { kind: "reached", need, access, version }
        : bad(
            `the Kubernetes ${version} at ${server} (context ${context}) is older than ${minVersion}`,
            "upgrade it, or name another context by target.context",
          );
    }
  }
}

/** Sees that those that are clusters of `npm run cluster` have the images. */
export async function ensureDevClusterImages(
  reached: readonly Extract<Found, { kind: "reached" }>[],
  paths: Paths,
  report: Report,
): Promise<void> {
  const wanted = reached.flatMap(({ need: { context, images, workerImages = [] }, access }) => {
    const devCluster = devClusterOf(context, access.server, paths);
    if (devCluster === undefined || images === undefined) return [];
    return [{ devCluster, images, workerImages }];
  });
  const once = new Map(wanted.map((one) => [JSON.stringify(one), one]));
  for (const { devCluster, images, workerImages } of once.values()) {
    await loadStackImages(devCluster, { ...images, workerImages }, paths, report);
  }
}
