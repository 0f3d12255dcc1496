/**
 * A cluster as the platform sees it: what config/ makes of the user's words, with every default filled in.
 */
import type { DynamicConfig } from "./dynamic-config.ts";
import type { Accepted, Endpoint, KubernetesChoice, PublishedPort } from "./exposure.ts";
import type { ImageSources } from "./images.ts";
import type { RolePorts, ServiceRole } from "./roles.ts";
import type { Autoscaling, DataPolicy, Resources } from "./workload.ts";

/** Whether the cluster's programs run, or only its data and secrets are kept. */
export type Lifecycle = "running" | "stopped";

/** One Temporal cluster. */
export interface Cluster {
  /** Its name for ever, also in Temporal's own metadata. A DNS label of at most 20 characters. */
  readonly name: string;
  readonly identity: Identity;
  readonly images: ImageSources;
  readonly server: Server;
  readonly postgres: Postgres;
  readonly ui: { readonly replicas: number; readonly resources: Resources };
  readonly gateway: Gateway;
  /** What each task may use, such as that of the schema. */
  readonly tasks: { readonly resources: Resources };
  readonly namespaces: Readonly<Record<string, Namespace>>;
  readonly onDestroy: DataPolicy;
  readonly target: TargetChoice;
}

/** What is written to the database at the first start and stays the same for as long as the data lives. */
export interface Identity {
  readonly numHistoryShards: number;
  readonly failoverVersionIncrement: number;
  /** Between 1 and the increment, different in each cluster that may ever replicate with another. */
  readonly initialFailoverVersion: number;
}

/** The Kubernetes namespace of a cluster that names none. */
export const defaultKubernetesNamespace = "temporal";

/** Log levels of the server (temporal/common/log). */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Whether the frontend asks Temporal's makers for news of versions. */
export const versionChecks = ["off", "daily"] as const;
export type VersionCheck = (typeof versionChecks)[number];

/** The Temporal server: its version and what its roles may use. */
export interface Server {
  readonly version: string;
  readonly logLevel: LogLevel;
  readonly versionCheck: VersionCheck;
  readonly roles: Readonly<Record<ServiceRole, Role>>;
  readonly connections: ConnectionPools;
  readonly dynamicConfig: DynamicConfig;
}

/** One role of the server. */
export interface Role {
  readonly replicas: number;
  readonly resources: Resources;
  readonly ports: RolePorts;
  /** The frontend alone may have it, see platform/roles.ts. */
  readonly autoscaling?: Autoscaling;
}

/** Connections to PostgreSQL that one server process opens at most, per database. */
export interface ConnectionPools {
  readonly persistence: number;
  readonly visibility: number;
}

/** Where the data lives. */
export type Postgres =
  | {
      readonly kind: "managed";
      readonly resources: Resources;
      /** Size of the volume where the target can bound it, in GiB. */
      readonly storageGiB: number;
    }
  | {
      readonly kind: "external";
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly databases: DatabaseNames;
      readonly tls: PostgresTls;
      /** Certificates of the authority that signed the server's, in PEM; undefined for the authorities that the images know. */
      readonly ca?: string;
      /** More parameters of every connection. */
      readonly connectAttributes: Readonly<Record<string, string>>;
      /** Where Kubernetes has the password already; undefined when it comes from the environment. */
      readonly passwordSecret?: SecretKey;
      /** What the server there allows, so that a budget that does not fit is refused; undefined when unknown. */
      readonly maxConnections?: number;
    }
  | CloudNativePgChoice;

/** PostgreSQL that the CloudNativePG operator runs, with as many standbys as wished. */
export interface CloudNativePgChoice {
  readonly kind: "cloudnative-pg";
  /** The primary and its standbys. */
  readonly instances: number;
  readonly resources: Resources;
  readonly storageGiB: number;
  /** Whether the stack installs the operator, once for each Kubernetes cluster, or somebody else does. */
  readonly operator: "install" | "existing";
  /** Kubernetes namespace of the operator. */
  readonly operatorNamespace: string;
  /** Repository of the operator's chart. */
  readonly chartRepository: string;
}

/** A key of a Secret that is in the cluster's Kubernetes namespace already. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** How connections to an external PostgreSQL are protected, from nothing to a checked certificate. */
export const tlsModes = ["disable", "require", "verify-full"] as const;
export type PostgresTls = (typeof tlsModes)[number];

/** Names of the two databases. */
export interface DatabaseNames {
  readonly persistence: string;
  readonly visibility: string;
}

/** The gateway in front of the web UI and the frontend. */
export interface Gateway {
  readonly replicas: number;
  readonly resources: Resources;
  /** User name of the web UI's basic auth. */
  readonly user: string;
  /** Host names by which the web UI answers, besides those of its exposure. */
  readonly hosts: readonly string[];
  /** Address ranges of proxies in front of it, whose word on the client's address counts (X-Forwarded-For). */
  readonly trustedProxies: readonly string[];
  /** Whether calls of OperatorService pass. */
  readonly operatorService: OperatorService;
  readonly auditLog: AuditLog;
}

/** Whether programs may call OperatorService through the gateway: search attributes, Nexus endpoints, other clusters, deletion of namespaces. */
export const operatorServices = ["served", "refused"] as const;
export type OperatorService = (typeof operatorServices)[number];

/** Where the audit log goes. */
export type AuditLog =
  /** To standard output, for those who collect the containers' logs; how much stays is theirs to say. */
  | { readonly kind: "stdout" }
  /** To files on a volume of each replica. */
  | {
      readonly kind: "file";
      /** Size of the volume, in GiB. */
      readonly storageGiB: number;
      /** How long lines are kept, in days. */
      readonly keepDays: number;
      /** Calls of a replica in a second, on average over those days; what does not fit the volume is refused. */
      readonly callsPerSecond: number;
    };

/** A namespace that exists before the platform says that it is up. */
export interface Namespace {
  /** How long closed workflows are kept, in days. */
  readonly retentionDays: number;
  readonly description: string;
}

/** What the cluster runs on. */
export type TargetChoice = DockerTargetChoice | KubernetesTargetChoice;

/** A Docker engine. */
export interface DockerTargetChoice {
  readonly kind: "docker";
  /** Address of the engine as in DOCKER_HOST; undefined for the user's default. */
  readonly host?: string;
  /** The port of each endpoint; the web UI and gRPC may share one. */
  readonly publish: Readonly<Record<Endpoint, PublishedPort>> &
    Accepted & {
      /** Address of the host that the ports are published on. */
      readonly address: string;
    };
}

/** A Kubernetes cluster. */
export interface KubernetesTargetChoice {
  readonly kind: "kubernetes";
  /** Context of the kubeconfig. */
  readonly context: string;
  /** Path of the kubeconfig; undefined for the user's default. */
  readonly kubeconfig?: string;
  /** Kubernetes namespace that the cluster has to itself. */
  readonly namespace: string;
  /** Whether the namespace is made with the cluster and goes with it, or is somebody else's. */
  readonly namespacePolicy: NamespacePolicy;
  readonly cpuLimits: CpuLimits;
  readonly userIds: UserIds;
  /** How each endpoint is reached from outside. */
  readonly exposure: Readonly<Record<Endpoint, KubernetesChoice>>;
  readonly network: {
    /** Namespaces whose pods may connect to the gateway and the frontend. */
    readonly clientNamespaces: "all" | readonly string[];
    /** Namespace whose pods may read metrics. */
    readonly monitoringNamespace: string;
  };
  readonly scheduling: Scheduling;
  /** Storage class of the volumes; undefined for the cluster's default. */
  readonly storageClass?: string;
  /** Secrets with which images are pulled. */
  readonly imagePullSecrets: readonly string[];
  /** On every object, on top of the platform's own. */
  readonly labels: Readonly<Record<string, string>>;
  /** On every pod. */
  readonly podAnnotations: Readonly<Record<string, string>>;
}

/** Which Kubernetes cluster is meant: the same text for the same one, as far as its names say. */
export function kubernetesClusterOf({
  context,
  kubeconfig,
}: Pick<KubernetesTargetChoice, "context" | "kubeconfig">): string {
  return kubeconfig === undefined ? context : `${context}@${kubeconfig}`;
}

/** Who makes a Kubernetes namespace. */
export const namespacePolicies = ["create", "existing"] as const;
export type NamespacePolicy = (typeof namespacePolicies)[number];

/** Whether only those containers have a limit of processor time that the user gives one, or all, as a quota on `limits.cpu` wants it. */
export const cpuLimits = ["optional", "required"] as const;
export type CpuLimits = (typeof cpuLimits)[number];

/** Whose user and group ids pods run as: the images' own, or those of the namespace, as OpenShift's `restricted-v2` wants it. */
export const userIds = ["image", "namespace"] as const;
export type UserIds = (typeof userIds)[number];

/** Which nodes pods may run on, and what they may push aside. */
export interface Scheduling {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly priorityClass?: string;
}

/** A taint that pods put up with (kubernetes.io, "Taints and Tolerations"). */
export interface Toleration {
  readonly key?: string;
  readonly operator?: "Exists" | "Equal";
  readonly value?: string;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  /** How long a pod stays when the effect is NoExecute. */
  readonly tolerationSeconds?: number;
}
