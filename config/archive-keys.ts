/**
 * The keys of object stores that come from the environment of whoever deploys.
 */
import { archiveSecrets } from "../platform/archival.ts";
import type { Cluster } from "../platform/cluster.ts";
import type { ArchiveSecretName } from "../platform/secrets.ts";
import { ConfigError } from "./errors.ts";
import { clustersKey } from "./keys.ts";
import { keyText } from "./validate.ts";

/** The keys of one cluster's object store, in clear. */
export type ArchiveKeyValues = Readonly<Partial<Record<ArchiveSecretName, string>>>;

/**
 * The keys of each cluster, by its name.
 *
 * @throws ConfigError that names each key whose variable is missing, and the variable.
 */
export function archiveKeyValues(
  clusters: readonly Cluster[],
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, ArchiveKeyValues>> {
  const faults: string[] = [];
  const all = clusters.map(({ name, archival }, index) => {
    if (archival.kind !== "external" || archival.credentials.kind !== "keys") return [name, {}];
    const { credentials } = archival;
    const values = (["accessKeyId", "secretAccessKey"] as const).flatMap((what) => {
      const given = credentials[what];
      if (!("env" in given)) return [];
      const value = environment[given.env] ?? "";
      if (value === "") {
        const key = keyText(clustersKey, [index, "archival", "credentials", what]);
        faults.push(
          `${key}: the environment variable ${given.env} is missing; set it, or choose credentials.kind role`,
        );
      }
      return [[archiveSecrets[what], value] as const];
    });
    return [name, Object.fromEntries(values)];
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.fromEntries(all) as Readonly<Record<string, ArchiveKeyValues>>;
}
