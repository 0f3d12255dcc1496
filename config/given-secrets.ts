/**
 * The values of secrets that come from the environment of whoever deploys.
 */
import type { Cluster } from "../platform/cluster.ts";
import { givenSecrets } from "../platform/given-secrets.ts";
import { ConfigError } from "./errors.ts";
import { clustersKey, type Key } from "./keys.ts";
import { keyText } from "./validate.ts";

/** The values of one cluster by the secrets' names, in clear. */
export type GivenSecretValues = Readonly<Record<string, string>>;

/**
 * The values of each cluster, by its name.
 *
 * @throws ConfigError that names each key whose variable is missing, and the variable.
 */
export function givenSecretValues(
  clusters: readonly Cluster[],
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, GivenSecretValues>> {
  const faults: string[] = [];
  const all = clusters.map((cluster, index): [string, GivenSecretValues] => {
    const values = givenSecrets(cluster).flatMap(({ name, source, at }) => {
      if (!("env" in source)) return [];
      const value = environment[source.env] ?? "";
      if (value === "") {
        faults.push(
          `${keyText(clustersKey, [index, ...at])}: the environment variable ${source.env} is missing; set it to the secret's value`,
        );
      }
      return [[name, value] as const];
    });
    return [cluster.name, Object.fromEntries(values)];
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.fromEntries(all);
}

/** Refuses Kubernetes Secrets where there are none. */
export function checkGivenSecrets(cluster: Cluster, key: Key): void {
  if (cluster.target.kind === "kubernetes") return;
  for (const { source, at } of givenSecrets(cluster)) {
    if ("env" in source) continue;
    key
      .at(...at)
      .refuse("needs a kubernetes target: a Docker engine has no Secrets; use {env: VARIABLE}");
  }
}
