/**
 * Reads the stack's configuration and the environment: the one door through which the user's words come in.
 */
import * as pulumi from "@pulumi/pulumi";
import type {
  Cluster,
  KubernetesTargetChoice,
  Lifecycle,
  Postgres,
  TargetChoice,
} from "../platform/cluster.ts";
import type { DataLocation } from "../platform/data-location.ts";
import { faultsOf, project } from "./checks.ts";
import { ConfigError } from "./errors.ts";
import { type Environment, environmentSchema } from "./environment.ts";
import { completeEndpoint, completePublish } from "./exposure.ts";
import { formerKeyFaults } from "./former-keys.ts";
import { completeGateway } from "./gateway.ts";
import { validate } from "./validate.ts";
import { clustersSchema, movedSchema, type ParsedCluster, retiredSchema } from "./schema.ts";

/** What the program is to do. */
export interface Settings {
  readonly stack: string;
  readonly clusters: readonly Cluster[];
  /** Names of clusters that were removed on purpose. */
  readonly retired: readonly string[];
  /** Clusters whose data is elsewhere on purpose: the new value by cluster and key. */
  readonly moved: Readonly<Record<string, DataLocation>>;
  readonly lifecycle: Lifecycle;
  /** How engines are reached by TCP, see clients/docker.ts. */
  readonly dockerTls: Pick<Environment, "DOCKER_TLS_VERIFY" | "DOCKER_CERT_PATH">;
  /** Secret; undefined when one is to be generated. */
  readonly databasePassword?: pulumi.Output<string>;
}

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
  return {
    ...settings,
    stack: pulumi.getStack(),
    ...(databasePassword === undefined
      ? {}
      : { databasePassword: pulumi.secret(databasePassword) }),
  };
}

/** {@link Settings} without what only a running program knows. */
export type ResolvedSettings = Omit<Settings, "stack" | "databasePassword"> & {
  readonly databasePassword?: string;
};

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
  const env = validate(environmentSchema, environment, "", faults);
  const retired = validate(retiredSchema, raw.retired ?? undefined, `${project}:retired`, faults);
  const moved = validate(movedSchema, raw.moved ?? undefined, `${project}:moved`, faults);
  const merged = withCommon(raw, faults);
  const former = formerKeyFaults(merged, `${project}:clusters`);
  if (former.length > 0) throw new ConfigError(former);
  const parsed = validate(clustersSchema, merged, `${project}:clusters`, faults);
  if (env === undefined || retired === undefined || moved === undefined || parsed === undefined) {
    throw new ConfigError(faults);
  }

  const clusters = complete(parsed, env);
  faults.push(...faultsOf(clusters, env));
  for (const name of Object.keys(moved)) {
    if (clusters.every((cluster) => cluster.name !== name)) {
      faults.push(`${project}:moved.${name}: there is no cluster ${name} in ${project}:clusters`);
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);

  return {
    clusters,
    retired,
    moved,
    lifecycle: env.TEMPORAL_LIFECYCLE,
    dockerTls: {
      DOCKER_TLS_VERIFY: env.DOCKER_TLS_VERIFY,
      DOCKER_CERT_PATH: env.DOCKER_CERT_PATH,
    },
    ...(env.TEMPORAL_DB_PASSWORD === undefined
      ? {}
      : { databasePassword: env.TEMPORAL_DB_PASSWORD }),
  };
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
      faults.push(
        `${project}:common.${key}: belongs to one cluster; set it in ${project}:clusters`,
      );
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

function complete(parsed: readonly ParsedCluster[], env: Environment): Cluster[] {
  let dockerClusters = 0;
  return parsed.map((cluster, index) => {
    const { numHistoryShards, ...server } = cluster.server;
    const { kind } = cluster.target;
    const completed = completeTarget(cluster.target, kind === "docker" ? dockerClusters++ : 0, env);
    return {
      name: cluster.name,
      identity: {
        numHistoryShards,
        failoverVersionIncrement: cluster.identity.failoverVersionIncrement,
        initialFailoverVersion: cluster.identity.initialFailoverVersion ?? index + 1,
      },
      images: cluster.images,
      server,
      postgres: completePostgres(cluster.postgres),
      ui: cluster.ui,
      gateway: completeGateway(cluster.gateway, completed),
      tasks: cluster.tasks,
      namespaces: Object.fromEntries(
        Object.entries(cluster.namespaces).map(([name, { retention, description }]) => [
          name,
          { retentionDays: retention, description },
        ]),
      ),
      onDestroy: cluster.onDestroy ?? (kind === "kubernetes" ? "protect" : "delete"),
      target: completed,
    };
  });
}

function completePostgres(postgres: ParsedCluster["postgres"]): Postgres {
  switch (postgres.kind) {
    case "external":
      return postgres;
    case "managed": {
      const { storage, ...rest } = postgres;
      return { ...rest, storageGiB: storage };
    }
    case "cloudnative-pg": {
      const { storage, ...rest } = postgres;
      return { ...rest, storageGiB: storage };
    }
  }
}

function completeKubernetes(
  target: Extract<ParsedCluster["target"], { kind: "kubernetes" }>,
): KubernetesTargetChoice {
  const { ui, grpc, frontend } = target.exposure;
  const { clientNamespaces = [target.namespace], ...network } = target.network;
  return {
    ...target,
    exposure: {
      ui: completeEndpoint(ui),
      grpc: completeEndpoint(grpc),
      frontend: completeEndpoint(frontend),
    },
    network: { ...network, clientNamespaces },
  };
}

function completeTarget(
  target: ParsedCluster["target"],
  before: number,
  env: Environment,
): TargetChoice {
  if (target.kind === "kubernetes") return completeKubernetes(target);
  const { publish, host } = target;
  // The environment moves the first cluster, and with it those that follow without ports of their own.
  const first = before === 0;
  const base = (env.TEMPORAL_PORT ?? 7233) + 10 * before;
  return {
    kind: "docker",
    ...(host === undefined ? {} : { host }),
    publish: completePublish(publish, base, {
      port: first ? env.TEMPORAL_PORT : undefined,
      grpcPort: first ? env.TEMPORAL_GRPC_PORT : undefined,
    }),
  };
}
