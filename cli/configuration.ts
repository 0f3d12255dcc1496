/**
 * What a stack file makes of the platform: every cluster with all defaults, as the Pulumi program sees it.
 */
import type { Cluster } from "../platform/cluster.ts";
import { UserError } from "../offline/user-error.ts";
import { rawSettings } from "./pulumi/needs.ts";

/**
 * The clusters of a stack file.
 *
 * @param text The stack file.
 * @throws UserError with all faults of the configuration.
 */
export async function configuredClusters(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly Cluster[]> {
  // Pulumi's SDK, which the program's configuration needs, takes half a second to load.
  const { resolveSettings } = await import("../config/load.ts");
  try {
    return resolveSettings(rawSettings(text), environment).clusters;
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * Those of some clusters that are meant.
 *
 * @param only Name of the one that is wanted; all by default.
 * @throws UserError when there is none of that name.
 */
export function chosenClusters(
  stack: string,
  clusters: readonly Cluster[],
  only: string | undefined,
): readonly Cluster[] {
  const chosen = clusters.filter(({ name }) => only === undefined || name === only);
  if (chosen.length > 0) return chosen;
  const names = clusters.map(({ name }) => name).join(", ");
  throw new UserError(`stack ${stack} has no cluster ${only ?? ""}; there are: ${names}`);
}
