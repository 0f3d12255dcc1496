/**
 * Reads the stack's configuration and the environment: the one door through which the user's words come in.
 */
import * as pulumi from "@pulumi/pulumi";
import type { ResolvedSettings } from "../platform/cluster.ts";
import type { SecretName } from "../platform/secrets.ts";
import { ConfigError } from "./errors.ts";
import { formerKeyFaults } from "./former-keys.ts";
import { type GivenSecretValues, givenSecretValues } from "./given-secrets.ts";
import { clustersKey, movedKey, project, retiredKey } from "./keys.ts";
import { settingsSchema } from "./settings.ts";
import { validate } from "./validate.ts";

/** What the program is to do. */
export interface Settings extends Omit<ResolvedSettings, "databasePassword"> {
  readonly stack: string;
  /** Secret; undefined when one is to be generated. */
  readonly databasePassword?: pulumi.Output<string>;
  /** Secrets that come from the environment, by cluster; none of a stack that is stopped. */
  readonly givenSecrets: Readonly<Record<string, GivenSecrets>>;
}

/** The values of a cluster's secrets that come from the environment; secret. */
export type GivenSecrets = Readonly<Partial<Record<SecretName, pulumi.Output<string>>>>;

/** The user's words before anyone has judged them. */
export interface RawSettings {
  readonly common?: unknown;
  readonly clusters?: unknown;
  readonly retired?: unknown;
  readonly moved?: unknown;
}

const knownKeys: readonly string[] = [
  "clusters",
  "common",
  "retired",
  "moved",
] satisfies (keyof RawSettings)[];

/** Reads the running stack. Throws ConfigError with all faults at once. */
export function loadSettings(): Settings {
  const config = new pulumi.Config(project);
  const unknown = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${project}:`))
    .filter((key) => !knownKeys.includes(key.slice(project.length + 1)));
  if (unknown.length > 0) {
    throw new ConfigError(
      unknown.map((key) => `${key}: unknown key; there are ${knownKeys.join(", ")}`),
    );
  }
  const { databasePassword, ...settings } = resolveSettings(
    {
      common: config.getObject("common"),
      clusters: config.getObject("clusters"),
      retired: config.getObject("retired"),
      moved: config.getObject("moved"),
    },
    process.env,
  );
  const { clusters, lifecycle } = settings;
  const running = lifecycle === "running" ? clusters : [];
  return {
    ...settings,
    stack: pulumi.getStack(),
    givenSecrets: Object.fromEntries(
      Object.entries(givenSecretValues(running, process.env)).map(
        ([cluster, values]): [string, GivenSecrets] => [cluster, asSecrets(values)],
      ),
    ),
    ...(databasePassword === undefined
      ? {}
      : { databasePassword: pulumi.secret(databasePassword) }),
  };
}

function asSecrets(values: GivenSecretValues): GivenSecrets {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, pulumi.secret(value)]),
  );
}

/**
 * Judges the user's words and fills in the defaults; a pure function.
 *
 * @throws ConfigError with all faults at once.
 */
export function resolveSettings(
  raw: RawSettings,
  environment: Readonly<Record<string, string | undefined>>,
): ResolvedSettings {
  const faults: string[] = [];
  const clusters = withCommon(raw, faults);
  const former = formerKeyFaults(clusters, clustersKey);
  if (former.length > 0) throw new ConfigError(former);
  const given = {
    ...environment,
    [retiredKey]: raw.retired ?? undefined,
    [movedKey]: raw.moved ?? undefined,
    [clustersKey]: clusters,
  };
  const settings = validate(settingsSchema, given, "", faults);
  if (settings === undefined || faults.length > 0) throw new ConfigError(faults);
  return settings;
}

/** Every cluster on top of the common part: objects merge key by key, everything else replaces. */
function withCommon(raw: RawSettings, faults: string[]): unknown {
  const { common, clusters } = raw;
  if (common === undefined || common === null) return clusters;
  if (!isObject(common)) {
    faults.push(`${project}:common: must be an object with the keys of a cluster`);
    return clusters;
  }
  for (const key of ["name", "identity"]) {
    if (key in common) {
      faults.push(`${project}:common.${key}: belongs to one cluster; set it in ${clustersKey}`);
    }
  }
  return Array.isArray(clusters)
    ? clusters.map((cluster: unknown) => (isObject(cluster) ? merge(common, cluster) : cluster))
    : clusters;
}

type PlainObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(below: PlainObject, above: PlainObject): PlainObject {
  // Another arm of a union shares nothing with the one below.
  if ("kind" in above && "kind" in below && above["kind"] !== below["kind"]) return above;
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    merged[key] = isObject(under) && isObject(value) ? merge(under, value) : value;
  }
  return merged;
}
