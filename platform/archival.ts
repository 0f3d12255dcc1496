/**
 * Archival: closed workflows in an object store, beyond their retention (docs.temporal.io/temporal-service/archival).
 *
 * History writes a closed workflow to the store and only then sets the timer that deletes it (temporal/service/history/
 * archival_queue_task_executor.go): while the store is away, PostgreSQL keeps the workflow. Frontend reads archived workflows, and asks for the
 * bucket when a namespace's archival is switched on.
 */
import type { Cluster } from "./cluster.ts";
import { defined } from "./defined.ts";
import type { DynamicConfig } from "./dynamic-config.ts";
import type { ServiceRole } from "./roles.ts";
import type { ArchiveSecretName, GivenSecret } from "./secrets.ts";
import { template } from "./template.ts";
import { type EnvironmentValue, parts } from "./workload.ts";

/** Name of the workload that is the object store, when the platform runs it. */
export const archiveName = "archive";

/** Name of the task that makes the bucket, or finds out whether it can be used. */
export const archiveBucketName = "archive-bucket";

/** The port of the platform's own object store. */
export const archivePort = 8333;

/** The port of its metrics, where somebody reads them. */
export const archiveMetricsPort = 9327;

/** The volume's mount point; the official image keeps its data there, too. */
export const archiveMount = "/data";

/** The roles that use the object store. */
export const archivingRoles = ["history", "frontend"] as const satisfies readonly ServiceRole[];

/** Who may connect to the platform's own object store. */
export const archiveCallers = parts(archiveBucketName, ...archivingRoles);

/** Variables of the environment of whoever deploys that have an external store's keys by default; never AWS's own, which may be an administrator's. */
export const archiveKeyVariables = {
  id: "TEMPORAL_ARCHIVE_ACCESS_KEY_ID",
  secret: "TEMPORAL_ARCHIVE_SECRET_ACCESS_KEY",
} as const;

/** Names of the secrets that let the servers in, by config key. */
export const archiveSecrets = {
  accessKeyId: "ARCHIVE_ACCESS_KEY_ID",
  secretAccessKey: "ARCHIVE_SECRET_ACCESS_KEY",
} as const satisfies Record<string, ArchiveSecretName>;

/** The access key of the platform's own object store; no secret by itself. */
export const managedAccessKey = "temporal";

/** An object store as its clients see it. */
export interface ObjectStore {
  readonly bucket: string;
  readonly prefix?: string;
  readonly region: string;
  /** Undefined for Amazon's own. */
  readonly endpoint?: string;
  readonly pathStyle: boolean;
}

/** A cluster's object store; undefined when it has none. */
export function objectStore({ archival }: Cluster): ObjectStore | undefined {
  switch (archival.kind) {
    case "none":
      return undefined;
    case "external": {
      const { bucket, prefix, region, endpoint, pathStyle } = archival;
      return { bucket, region, pathStyle, ...defined({ prefix, endpoint }) };
    }
    case "managed":
      return {
        bucket: "temporal-archive",
        // SeaweedFS takes any.
        region: "us-east-1",
        endpoint: `http://${archiveName}:${archivePort}`,
        pathStyle: true,
      };
  }
}

/** The keys of an external object store, whose values the user gives; none for a role. */
export function givenArchiveKeys({ archival }: Pick<Cluster, "archival">): readonly GivenSecret[] {
  if (archival.kind !== "external" || archival.credentials.kind !== "keys") return [];
  const { credentials } = archival;
  return (["accessKeyId", "secretAccessKey"] as const).map((what) => ({
    ...{ name: archiveSecrets[what], source: credentials[what] },
    at: ["archival", "credentials", what],
  }));
}

/** Whether a cluster's object store is entered by keys, and not by a role. */
export function hasArchiveKeys({ archival }: Pick<Cluster, "archival">): boolean {
  return (
    archival.kind === "managed" ||
    (archival.kind === "external" && archival.credentials.kind === "keys")
  );
}

/** The URI of a cluster's archive, as Temporal writes it. */
export function archiveUri({ bucket, prefix }: ObjectStore): string {
  return `s3://${bucket}${prefix === undefined ? "" : `/${prefix}`}`;
}

/** The address of a bucket (Amazon S3's manual, "Virtual hosting of general purpose buckets"). */
export function bucketUrl({ bucket, region, endpoint, pathStyle }: ObjectStore): string {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const { protocol, host } = new URL(endpoint ?? `https://s3.${region}.${domain}`);
  return pathStyle ? `${protocol}//${host}/${bucket}` : `${protocol}//${bucket}.${host}`;
}

/**
 * The parts of the server's static config that say where and what is archived. The server takes all of it or nothing (temporal/common/config/
 * archival.go). Namespaces archive nothing by default: each says for itself.
 */
export function archivalConfig(cluster: Cluster): {
  readonly archival: object;
  readonly namespaceDefaults: object;
} {
  const store = objectStore(cluster);
  if (store === undefined) {
    const off = { state: "disabled", enableRead: false };
    const never = { state: "disabled" };
    return {
      archival: { history: off, visibility: off },
      namespaceDefaults: { archival: { history: never, visibility: never } },
    };
  }
  const { region, endpoint, pathStyle } = store;
  const s3store = { region, ...defined({ endpoint }), s3ForcePathStyle: pathStyle };
  const on = { state: "enabled", enableRead: true, provider: { s3store } };
  const unlessAsked = { state: "disabled", URI: archiveUri(store) };
  return {
    archival: { history: on, visibility: on },
    namespaceDefaults: { archival: { history: unlessAsked, visibility: unlessAsked } },
  };
}

/**
 * Attempts at a task before the server puts it aside for an administrator: about a week of them, every three minutes from half an hour on
 * (`CreateTaskReschedulePolicy` in temporal/common/util.go). The server's default of 70 is an hour, and a workflow whose archival was put aside stays in
 * PostgreSQL for ever: tdbg does not know that queue of those that were (`NewDefaultTaskCategoryRegistry` in temporal/service/history/tasks).
 */
const mostAttempts = 3400;

/** Dynamic config for archival: an object store may be away for days. */
export function archivalSettings({ archival }: Cluster): DynamicConfig {
  if (archival.kind === "none") return {};
  return { "history.TaskDLQUnexpectedErrorAttempts": [{ value: mostAttempts }] };
}

/** By what a program is let in, as Amazon's SDK reads it; nothing for a role, which the SDK finds by itself. */
export function archiveEnvironment(cluster: Cluster): Record<string, EnvironmentValue> {
  if (!hasArchiveKeys(cluster)) return {};
  return {
    AWS_ACCESS_KEY_ID: { secret: archiveSecrets.accessKeyId },
    AWS_SECRET_ACCESS_KEY: { secret: archiveSecrets.secretAccessKey },
  };
}

/** Whether a role uses the object store. */
export function archives(role: ServiceRole): boolean {
  return archivingRoles.some((one) => one === role);
}

/** Sizes between which SeaweedFS begins a new file, in MiB. */
const fileMiB = { least: 64, most: 1024 } as const;

/**
 * The program and arguments of the platform's own object store. Everything but S3 itself listens inside the container only, nothing is told to
 * SeaweedFS's makers, and the other protocols of the port are off.
 *
 * A bucket begins with seven files side by side, each of a size that grows to a limit: a hundredth of the volume leaves room for all.
 */
export function archiveCommand(
  { storageGiB }: { readonly storageGiB: number },
  metrics: "served" | "off" = "off",
): readonly string[] {
  const hundredth = 2 ** Math.floor(Math.log2((storageGiB * 1024) / 100));
  const limitMiB = Math.min(fileMiB.most, Math.max(fileMiB.least, hundredth));
  return [
    ...["weed", "-logtostderr=true", "server", `-dir=${archiveMount}`],
    ...["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.peers=none", "-master.telemetry=false"],
    ...[`-master.volumeSizeLimitMB=${limitMiB}`, "-volume.max=0", "-volume.index=leveldb"],
    ...["-volume.preStopSeconds=1", "-filer", "-filer.disableDirListing"],
    ...["-s3", `-s3.port=${archivePort}`, "-s3.ip.bind=0.0.0.0"],
    ...["-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false"],
    "-s3.allowDeleteBucketNotEmpty=false",
    ...(metrics === "off" ? [] : [`-metricsPort=${archiveMetricsPort}`, "-metricsIp=0.0.0.0"]),
  ];
}

const script = template("scripts/archive-bucket.sh");

/** Path of {@link renderArchiveBucketScript} inside the container. */
export const archiveBucketScriptPath = "/etc/temporal-archive/archive-bucket.sh";

/**
 * The script that sees that the bucket can be used before a role is given it: a server with wrong keys starts and serves, and says so only in its log
 * when a workflow closes. It does what the server does: asks for the bucket, writes and reads.
 */
export function renderArchiveBucketScript(cluster: Cluster, store: ObjectStore): string {
  const { prefix, bucket, region, endpoint } = store;
  return script({
    MAKES_BUCKET: String(cluster.archival.kind === "managed"),
    BUCKET: bucket,
    BUCKET_URL: bucketUrl(store),
    ENDPOINT: endpoint ?? `Amazon S3 in ${region}`,
    REGION: region,
    OBJECT: `${prefix === undefined ? "" : `${prefix}/`}temporal-platform/check`,
  });
}
