/**
 * Where the values of secrets come from that the user gives.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { GivenSecret, SecretName } from "../platform/secrets.ts";
import type { Secrets, SecretSource } from "../targets/target.ts";

/** Values of secrets that come from the environment of whoever deploys; secret. */
export type GivenSecrets = Readonly<Partial<Record<SecretName, pulumi.Output<string>>>>;

/**
 * The sources of secrets.
 *
 * @param values Undefined of a cluster that is stopped, whose environment nobody has asked for: those from the environment are left out.
 */
export function sourcesOf(
  secrets: readonly GivenSecret[],
  values: GivenSecrets | undefined,
): Secrets {
  return Object.fromEntries(
    secrets.flatMap(({ name, source }): [SecretName, SecretSource][] => {
      if (!("env" in source)) return [[name, { kind: "existing", ...source }]];
      if (values === undefined) return [];
      const value = values[name];
      if (value === undefined) throw new Error(`the secret ${name} has no value`);
      return [[name, { kind: "value", value }]];
    }),
  );
}
