/**
 * All secrets of a cluster whose values the user gives, but for the database's password, which has a variable of its own.
 */
import { givenArchiveKeys } from "./archival.ts";
import type { Cluster } from "./cluster.ts";
import { givenMonitoringSecrets } from "./monitoring/secrets.ts";
import type { GivenSecret } from "./secrets.ts";
import { givenSearchPassword } from "./visibility.ts";
import { givenWorkerSecrets, runWorkers } from "./workers.ts";

/** The secrets that a cluster's config names. */
export function givenSecrets(cluster: Cluster): readonly GivenSecret[] {
  return [
    ...givenArchiveKeys(cluster),
    ...givenSearchPassword(cluster),
    ...givenMonitoringSecrets(cluster),
    ...runWorkers(cluster).flatMap(([name, worker]) => givenWorkerSecrets(name, worker)),
  ];
}
