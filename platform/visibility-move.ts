/**
 * Where a cluster's lists of workflows are, and which changes of the config would part it from them.
 */
import type { Cluster } from "./cluster.ts";
import { searchIndex, type VisibilityStage } from "./visibility.ts";

/** What is remembered of a cluster that has an index; nothing of one that has its lists in PostgreSQL alone. */
export interface VisibilityPlace {
  readonly stage: VisibilityStage;
  /** Server and name of the index, such as `managed/temporal_visibility_v1_dev`. */
  readonly index: string;
}

/** Key of `temporal-platform:moved` by which another place of the lists is agreed to. */
export const visibilityKey = "visibility.index";

/** The place of a cluster's lists; undefined while there is no index. */
export function visibilityPlace(
  cluster: Pick<Cluster, "name" | "visibility">,
): VisibilityPlace | undefined {
  const index = searchIndex(cluster);
  const { visibility } = cluster;
  if (index === undefined || visibility.kind === "postgres") return undefined;
  const server = visibility.kind === "managed" ? visibility.kind : index.url;
  return { stage: visibility.stage, index: `${server}/${index.name}` };
}

/**
 * What is wrong with a change of the place; undefined when nothing is lost by it. From PostgreSQL the way is fill, serve, only, because an index answers
 * with what is in it. There is no way back: PostgreSQL is told nothing while an index serves.
 *
 * @param agreed The place that the user has agreed to.
 */
export function visibilityViolation(
  name: string,
  before: VisibilityPlace | undefined,
  after: VisibilityPlace | undefined,
  agreed: string | undefined,
): string | undefined {
  const [from, to] = [servedFrom(before), servedFrom(after)];
  if (from === to || agreed === to) return undefined;
  if (from === postgres && after?.stage === "serve" && before?.index === after.index) {
    return undefined;
  }
  const onPurpose = `add "${name}: { ${visibilityKey}: ${to} }" to temporal-platform:moved`;
  if (from === postgres) {
    return (
      `visibility.stage of cluster ${name} is ${after?.stage ?? ""}, and its lists are in PostgreSQL: the index would answer without them. ` +
      `Set fill, deploy, then serve, then only (docs/runbooks/visibility.md). To begin with empty lists on purpose, ${onPurpose}`
    );
  }
  const effect =
    to === postgres
      ? "PostgreSQL was told nothing since the index serves, so that lists would lack new workflows and show as running what has closed"
      : "Another index would answer without what is in this one";
  return `visibility of cluster ${name} is in the index ${from}. ${effect}. Put it back. To go there on purpose, ${onPurpose}`;
}

const postgres = "postgres";

function servedFrom(place: VisibilityPlace | undefined): string {
  return place === undefined || place.stage === "fill" ? postgres : place.index;
}
