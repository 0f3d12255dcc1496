/**
 * The script that makes a cluster's namespaces and sees that the cluster is the one that was asked for.
 */
import type { Cluster, Namespace } from "./cluster.ts";
import { template } from "./template.ts";
import type { EnvironmentValue } from "./workload.ts";

const script = template("scripts/namespaces.sh");

/** Path of the script inside the container. */
export const namespacesScriptPath = "/etc/temporal-namespaces/namespaces.sh";

/** Settings of the Temporal CLI and what the script compares with. */
export function namespacesEnvironment(cluster: Cluster): Record<string, EnvironmentValue> {
  return {
    TEMPORAL_ADDRESS: `frontend:${cluster.server.roles.frontend.ports.grpc}`,
    CLUSTER_NAME: cluster.name,
    NUM_HISTORY_SHARDS: String(cluster.identity.numHistoryShards),
    HOME: "/tmp",
  };
}

/**
 * Makes what is missing and sets what differs; a namespace that is no longer named is left alone, because deleting one deletes its
 * workflows. Ends only when every namespace answers: the frontend's cache learns of a new one after some seconds.
 */
export function renderNamespacesScript(namespaces: Readonly<Record<string, Namespace>>): string {
  const calls = Object.entries(namespaces).map(
    ([name, { retentionDays, description }]) =>
      `namespace ${quote(name)} ${retentionDays * 24}h ${quote(description)}\n`,
  );
  return script({ CALLS: calls.join("") });
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
