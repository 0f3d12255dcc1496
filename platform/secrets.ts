/**
 * The secrets of a cluster, so that a name that nobody gives a value does not compile.
 */

/**
 * Names of the secrets that workloads and tasks may name. Each is also the key of the Kubernetes Secret that carries its value.
 */
export type SecretName = PlatformSecretName | WorkerSecretName;

/** Secrets of the platform's own parts. */
export type PlatformSecretName =
  /** See `databasePassword` in platform/database.ts. */
  | "TEMPORAL_DB_PASSWORD"
  /** See `databaseAuthority` in platform/database.ts. */
  | "TEMPORAL_DB_CA"
  /** See `uiAuthorization` in platform/gateway.ts. */
  | "UI_AUTHORIZATION_SHA256"
  /** See `opensearchPassword` in platform/opensearch.ts. */
  | "OPENSEARCH_PASSWORD"
  | ArchiveSecretName
  | MonitoringSecretName;

/** See `archiveSecrets` in platform/archival.ts. */
export type ArchiveSecretName = "ARCHIVE_ACCESS_KEY_ID" | "ARCHIVE_SECRET_ACCESS_KEY";

/** See platform/postgres-exporter.ts, platform/elasticsearch-exporter.ts, and platform/monitoring/secrets.ts for the others. */
export type MonitoringSecretName = `monitoring.${string}`;

/** A secret of a worker of the users': the worker's name, and the environment variable in which it finds the value. */
export type WorkerSecretName = `worker.${string}.${string}`;

/** A secret whose value the user gives. */
export interface GivenSecret<Name extends SecretName = SecretName> {
  readonly name: Name;
  /** Where its value is: in a variable of the environment of whoever deploys, or in a key of a Kubernetes Secret that is there already. */
  readonly source: { readonly env: string } | { readonly name: string; readonly key: string };
  /** Its key below the cluster's config. */
  readonly at: readonly string[];
}
