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
  | ArchiveSecretName;

/** See `archiveSecrets` in platform/archival.ts. */
export type ArchiveSecretName = "ARCHIVE_ACCESS_KEY_ID" | "ARCHIVE_SECRET_ACCESS_KEY";

/** A secret of a worker of the users': the worker's name, and the environment variable in which it finds the value. */
export type WorkerSecretName = `worker.${string}.${string}`;
