/**
 * The values of the workers' secrets that come from the environment of whoever deploys.
 */
import type { Cluster } from "../platform/cluster.ts";
import type { WorkerSecretName } from "../platform/secrets.ts";
import { runWorkers, workerSecretName } from "../platform/workers.ts";
import { ConfigError } from "./errors.ts";
import { clustersKey } from "./keys.ts";
import { keyText } from "./validate.ts";

/** The values of one cluster, in clear. */
export type WorkerSecretValues = Readonly<Record<WorkerSecretName, string>>;

/**
 * The values of each cluster, by its name.
 *
 * @throws ConfigError that names each key whose variable is missing, and the variable.
 */
export function workerSecretValues(
  clusters: readonly Cluster[],
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, WorkerSecretValues>> {
  const faults: string[] = [];
  const all = clusters.map((cluster, index) => {
    const values = runWorkers(cluster).flatMap(([name, { secrets }]) =>
      Object.entries(secrets).flatMap(([variable, given]) => {
        if (!("env" in given)) return [];
        const value = environment[given.env] ?? "";
        if (value === "") {
          const key = [index, "workers", name, "secrets", variable, "env"];
          faults.push(
            `${keyText(clustersKey, key)}: the environment variable ${given.env} is missing; set it to the secret's value`,
          );
        }
        return [[workerSecretName(name, variable), value] as const];
      }),
    );
    return [cluster.name, Object.fromEntries(values)] as const;
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.fromEntries(all);
}
