/**
 * A cluster as the platform sees it: what config/ makes of the user's words, with every default filled in. The schema there is the only source of
 * these types (decision 0018), and says of every key what it means.
 */
import type { z } from "zod";
import type { settingsSchema } from "../config/settings.ts";

/** What the user says, after the schema. */
export type ResolvedSettings = Immutable<z.output<typeof settingsSchema>>;

/** One Temporal cluster. */
export type Cluster = ResolvedSettings["clusters"][number];

type Immutable<T> = T extends readonly (infer Element)[]
  ? readonly Immutable<Element>[]
  : { readonly [Key in keyof T]: Immutable<T[Key]> };

/** Whether the cluster's programs run, or only its data and secrets are kept. */
export type Lifecycle = ResolvedSettings["lifecycle"];

/** PostgreSQL that the CloudNativePG operator runs, with as many standbys as wished. */
export type CloudNativePgChoice = Extract<Cluster["postgres"], { kind: "cloudnative-pg" }>;

/** Where somebody else runs PostgreSQL. */
export type ExternalPostgres = Extract<Cluster["postgres"], { kind: "external" }>;

/** A namespace that exists before the platform says that it is up. */
export type Namespace = Cluster["namespaces"][string];

/** A Docker engine. */
export type DockerTargetChoice = Extract<Cluster["target"], { kind: "docker" }>;

/** A Kubernetes cluster. */
export type KubernetesTargetChoice = Extract<Cluster["target"], { kind: "kubernetes" }>;

/** A taint that pods put up with (kubernetes.io, "Taints and Tolerations"). */
export type Toleration = KubernetesTargetChoice["scheduling"]["tolerations"][number];

/** The Kubernetes namespace of a cluster that names none. */
export const defaultKubernetesNamespace = "temporal";

/** Log levels of the server (temporal/common/log). */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** Whether the frontend asks Temporal's makers for news of versions. */
export const versionChecks = ["off", "daily"] as const;

/** How connections to an external PostgreSQL are protected, from nothing to a checked certificate. */
export const tlsModes = ["disable", "require", "verify-full"] as const;
export type PostgresTls = (typeof tlsModes)[number];

/** Whether programs may call OperatorService through the gateway: search attributes, Nexus endpoints, other clusters, deletion of namespaces. */
export const operatorServices = ["served", "refused"] as const;
export type OperatorService = (typeof operatorServices)[number];

/** Who makes a Kubernetes namespace. */
export const namespacePolicies = ["create", "existing"] as const;

/** Whether only those containers have a limit of processor time that the user gives one, or all, as a quota on `limits.cpu` wants it. */
export const cpuLimits = ["optional", "required"] as const;
export type CpuLimits = (typeof cpuLimits)[number];

/** Whose user and group ids pods run as: the images' own, or those of the namespace, as OpenShift's `restricted-v2` wants it. */
export const userIds = ["image", "namespace"] as const;

/** Which Kubernetes cluster is meant: the same text for the same one, as far as its names say. */
export function kubernetesClusterOf({
  context,
  kubeconfig,
}: Pick<KubernetesTargetChoice, "context" | "kubeconfig">): string {
  return kubeconfig === undefined ? context : `${context}@${kubeconfig}`;
}
