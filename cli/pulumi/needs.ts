/**
 * What the clusters of a Pulumi.<stack>.yaml need of the machine and of its surroundings.
 */
import { load } from "js-yaml";
import { z } from "zod";
import { defined } from "../../platform/defined.ts";
import { defaultKubernetesNamespace } from "../../platform/cluster.ts";
import { isExactReference, isRegistryPrefix } from "../../platform/image-reference.ts";
import type { ImageName, ImageSources, OptionalImageName } from "../../platform/images.ts";
import { defaultServerVersion, isSupported, parseServerVersion } from "../../platform/versions.ts";

/** The images that a cluster needs. */
export interface ImageNeeds {
  readonly serverVersion: string;
  readonly sources: ImageSources;
  /** Those that not every cluster needs; left out when it needs none of them. */
  readonly optional?: readonly OptionalImageName[];
}

/** What a cluster that runs on Docker needs of its machine. */
export interface DockerNeeds extends ImageNeeds {
  /** Address of the engine; undefined for the user's default. */
  readonly host?: string;
}

/** What a cluster that runs on Kubernetes needs of its surroundings. */
export interface KubernetesNeeds {
  /** Name of the cluster in the stack file. */
  readonly name: string;
  /** Context of the kubeconfig. */
  readonly context: string;
  /** Path of the kubeconfig as the user writes it; undefined for the user's default. */
  readonly kubeconfig?: string;
  /** Undefined for a version of the server that the platform does not know, or a reference that is none. */
  readonly images?: ImageNeeds;
  /** References of the images of the users' workers; left out when it has none. */
  readonly workerImages?: readonly string[];
}

/** Where a cluster of a stack file runs. */
export type ClusterPlace =
  | { readonly kind: "docker"; readonly name: string; readonly host?: string }
  | {
      readonly kind: "kubernetes";
      readonly name: string;
      readonly namespace: string;
      readonly need: KubernetesNeeds;
    };

// Read loosely: it is the program that judges the configuration, with better words.
const target = z.looseObject({
  kind: z.string().optional(),
  host: z.string().optional(),
  context: z.string().optional(),
  kubeconfig: z.string().optional(),
  namespace: z.string().optional(),
});
const source = z.string().exactOptional();
const sources = z.object({
  ...{ registry: source, server: source, adminTools: source, ui: source },
  ...{ postgres: source, gateway: source, archive: source, prometheus: source },
  opensearch: source,
  ...{ postgresExporter: source, elasticsearchExporter: source, alertmanager: source },
} satisfies Record<ImageName | "registry", z.ZodType>);
const archival = z.looseObject({
  kind: z.string().optional(),
  credentials: z.looseObject({ kind: z.string().optional() }).optional(),
});
const kind = z.looseObject({ kind: z.string().optional() });
const monitoring = z.looseObject({
  kind: z.string().optional(),
  postgresExporter: kind.optional(),
  elasticsearchExporter: kind.optional(),
  // An address, in an earlier version's config.
  alertmanager: kind.optional().catch(undefined),
});
const nothing = { workers: {} };
const needs = z.looseObject({
  name: z.string().optional(),
  target: target.optional(),
  server: z.looseObject({ version: z.string().optional() }).optional(),
  images: sources.optional(),
  archival: archival.optional(),
  monitoring: monitoring.optional(),
  postgres: kind.optional(),
  visibility: kind.optional(),
  workers: z.record(z.string(), z.looseObject({ image: z.string().optional() })).catch({}),
});
const settings = z.looseObject({ config: z.record(z.string(), z.unknown()).default({}) });

/** A cluster on top of what is common. */
interface ReadCluster {
  readonly name: string | undefined;
  readonly target: z.output<typeof target>;
  readonly images: ImageNeeds | undefined;
  readonly workerImages: readonly string[];
}

/**
 * What the clusters of a stack file that run on Docker need, one entry for each different need.
 *
 * Versions that the platform does not know, and references that are none, are left out: the program refuses them, and building takes minutes.
 */
export function dockerNeeds(text: string): DockerNeeds[] {
  const all = clustersIn(text).flatMap(({ target: { kind, host }, images }): DockerNeeds[] =>
    kind !== "docker" || images === undefined ? [] : [{ ...images, ...defined({ host }) }],
  );
  return [...new Map(all.map((need) => [JSON.stringify(need), need])).values()];
}

/** What each cluster of a stack file that runs on Kubernetes needs. One without a context is left to the program to refuse. */
export function kubernetesNeeds(text: string): KubernetesNeeds[] {
  return clustersIn(text).flatMap(({ name, target, images, workerImages }): KubernetesNeeds[] => {
    const { kind, context, kubeconfig } = target;
    if (kind !== "kubernetes" || name === undefined || context === undefined) return [];
    return [
      {
        name,
        context,
        ...defined({ kubeconfig, images }),
        ...(workerImages.length === 0 ? {} : { workerImages }),
      },
    ];
  });
}

/** Where each cluster of a stack file runs. One without a name or a known target is left to the program to refuse. */
export function clusterPlaces(text: string): ClusterPlace[] {
  const kubernetes = new Map(kubernetesNeeds(text).map((need) => [need.name, need]));
  return clustersIn(text).flatMap(({ name, target: { kind, host, namespace } }): ClusterPlace[] => {
    if (name === undefined) return [];
    const need = kubernetes.get(name);
    if (need !== undefined) {
      return [
        { kind: "kubernetes", name, namespace: namespace ?? defaultKubernetesNamespace, need },
      ];
    }
    if (kind !== "docker") return [];
    return [{ kind, name, ...defined({ host }) }];
  });
}

/** The keys of the platform in a stack file, as the program reads them; nobody has judged them. */
export function rawSettings(
  text: string,
): Readonly<Record<"common" | "clusters" | "retired" | "moved", unknown>> {
  const { config } = settings.catch({ config: {} }).parse(parsedYaml(text));
  const value = (key: string): unknown =>
    unquoted(config[`temporal-platform:${key}`] ?? config[key]);
  return {
    common: value("common"),
    clusters: value("clusters"),
    retired: value("retired"),
    moved: value("moved"),
  };
}

function clustersIn(text: string): ReadCluster[] {
  const raw = rawSettings(text);
  const common = needs.catch(nothing).parse(raw.common ?? {});
  const clusters = z.array(needs.catch(nothing)).catch([]).parse(raw.clusters);
  return clusters.map((cluster) => {
    const serverVersion = cluster.server?.version ?? common.server?.version ?? defaultServerVersion;
    const sources: ImageSources = { ...common.images, ...cluster.images };
    const version = parseServerVersion(serverVersion);
    const known = version !== undefined && isSupported(version) && areSources(sources);
    return {
      name: cluster.name,
      target: withCommon(common.target ?? {}, cluster.target ?? {}),
      images: known ? { serverVersion, sources, ...optionalImages(common, cluster) } : undefined,
      workerImages: imagesOfWorkers(common.workers, cluster.workers),
    };
  });
}

type ReadNeeds = z.output<typeof needs>;

/** The images that only what a cluster asks for needs. */
function optionalImages(common: ReadNeeds, own: ReadNeeds): Pick<ImageNeeds, "optional"> {
  const searches = own.visibility?.kind ?? common.visibility?.kind;
  const optional = [
    ...(needsArchive(common.archival, own.archival) ? (["archive"] as const) : []),
    ...monitoringImages(common, own),
    ...(searches === "managed" ? (["opensearch"] as const) : []),
  ];
  return optional.length === 0 ? {} : { optional };
}

/** The images of what watches a cluster; see config/postgres-exporter.ts and config/elasticsearch-exporter.ts for what is there when nobody chooses. */
function monitoringImages(common: ReadNeeds, own: ReadNeeds): readonly OptionalImageName[] {
  const of = (
    what: "postgresExporter" | "elasticsearchExporter" | "alertmanager",
  ): string | undefined => own.monitoring?.[what]?.kind ?? common.monitoring?.[what]?.kind;
  const watched = own.monitoring?.kind ?? common.monitoring?.kind ?? "none";
  const postgres = own.postgres?.kind ?? common.postgres?.kind ?? "managed";
  const exporter = of("postgresExporter") ?? (postgres === "managed" ? "managed" : "none");
  const searches = own.visibility?.kind ?? common.visibility?.kind;
  const searchExporter =
    of("elasticsearchExporter") ?? (searches === "managed" ? "managed" : "none");
  const managed = watched === "managed";
  return [
    ...(managed ? (["prometheus"] as const) : []),
    ...(watched !== "none" && exporter === "managed" ? (["postgresExporter"] as const) : []),
    ...(watched !== "none" && searchExporter === "managed"
      ? (["elasticsearchExporter"] as const)
      : []),
    ...(managed && of("alertmanager") === "managed" ? (["alertmanager"] as const) : []),
  ];
}

type ReadArchival = ReadNeeds["archival"];

/** An object store needs its own image, or that of the one that the platform runs, which finds out whether keys are right. */
function needsArchive(common: ReadArchival, own: ReadArchival): boolean {
  const kind = own?.kind ?? common?.kind;
  const credentials = own?.credentials?.kind ?? common?.credentials?.kind;
  return kind === "managed" || (kind === "external" && credentials === "keys");
}

type ReadWorkers = z.output<typeof needs>["workers"];

/** The images of the workers, without those that are no references, which the program refuses. */
function imagesOfWorkers(common: ReadWorkers, own: ReadWorkers): readonly string[] {
  const images = Object.keys({ ...common, ...own }).flatMap(
    (name) => own[name]?.image ?? common[name]?.image ?? [],
  );
  return [...new Set(images)].filter(isExactReference);
}

function areSources({ registry, ...own }: ImageSources): boolean {
  return (
    (registry === undefined || isRegistryPrefix(registry)) &&
    Object.values(own).every(isExactReference)
  );
}

type ReadTarget = ReadCluster["target"];

/** As the program merges them: a target of another kind shares nothing with the common one. */
function withCommon(common: ReadTarget, own: ReadTarget): ReadTarget {
  const another = own.kind !== undefined && common.kind !== undefined && own.kind !== common.kind;
  return another ? own : { ...common, ...own };
}

/** What a YAML text says; nothing, as an empty object, when it is none. */
export function parsedYaml(text: string): unknown {
  try {
    return load(text) ?? {};
  } catch {
    return {};
  }
}

/** `pulumi config set` without --path leaves JSON in a string. */
function unquoted(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
