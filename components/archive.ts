import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  archiveBucketName,
  archiveBucketScriptPath,
  archiveCallers,
  archiveCommand,
  archiveEnvironment,
  archiveMetricsPort,
  archiveMount,
  archiveName,
  archivePort,
  archiveSecrets,
  givenArchiveKeys,
  hasArchiveKeys,
  managedAccessKey,
  objectStore,
  renderArchiveBucketScript,
} from "../platform/archival.ts";
import type { Cluster, Lifecycle } from "../platform/cluster.ts";
import { goRuntimeEnvironment } from "../platform/go-runtime.ts";
import { archiveImage } from "../platform/images.ts";
import { annotatedMetrics, isScraped, metricsCallers } from "../platform/monitoring/places.ts";
import {
  checkTimeoutSeconds,
  type Resources,
  type Task,
  type Workload,
} from "../platform/workload.ts";
import type { Ready, Secrets } from "../targets/target.ts";
import { Component, type PartArgs } from "./component.ts";
import { type GivenSecrets, sourcesOf } from "./given-secrets.ts";

/** Arguments of {@link Archive}. */
export interface ArchiveArgs extends PartArgs {
  readonly lifecycle: Lifecycle;
  readonly given: GivenSecrets;
}

/** The object store of closed workflows, managed by the platform or elsewhere, and what it takes to use it. */
export class Archive extends Component {
  /** What those who use it need. */
  readonly secrets: Secrets;
  /** The store itself. It goes after all who use it. */
  readonly stored: Ready;
  /** What must be there before anyone uses the bucket. */
  readonly ready: Ready;

  constructor(name: string, args: ArchiveArgs, opts: pulumi.ComponentResourceOptions) {
    super("data:Archive", name, opts);
    const { cluster, target, lifecycle, after } = args;
    const { archival } = cluster;
    const running = lifecycle === "running";
    this.secrets =
      archival.kind === "managed"
        ? this.#generated(name)
        : sourcesOf(givenArchiveKeys(cluster), running ? args.given : undefined);
    this.stored = [];
    if (archival.kind === "managed") {
      const workload = archiveWorkload(cluster, archival);
      const deploy = this.place({ secrets: this.secrets, dependsOn: after });
      this.stored = (running ? target.run(workload, deploy) : target.keep(workload, deploy)).ready;
    }
    const task = archiveBucketTask(cluster);
    this.ready =
      task === undefined || !running
        ? this.stored
        : target.complete(
            task,
            this.place({ secrets: this.secrets, dependsOn: [...after, ...this.stored] }),
          );
    this.registerOutputs({});
  }

  #generated(name: string): Secrets {
    const secret = new random.RandomPassword(
      `${name}-secret-access-key`,
      { length: 40, special: false },
      { parent: this },
    );
    return {
      [archiveSecrets.accessKeyId]: { kind: "value", value: pulumi.secret(managedAccessKey) },
      [archiveSecrets.secretAccessKey]: { kind: "value", value: pulumi.secret(secret.result) },
    };
  }
}

/** The platform's own object store as a workload. */
export function archiveWorkload(
  cluster: Cluster,
  managed: { readonly resources: Resources; readonly storageGiB: number },
): Workload {
  const image = archiveImage(cluster.images);
  return {
    name: archiveName,
    image,
    replicas: 1,
    discovery: "balanced",
    command: archiveCommand(managed, isScraped(cluster) ? "served" : "off"),
    environment: {
      ...archiveEnvironment(cluster),
      ...goRuntimeEnvironment(managed.resources),
      HOME: "/tmp",
    },
    files: [],
    mounts: [
      {
        volume: {
          name: "archive-data",
          owner: image.user,
          sizeGiB: managed.storageGiB,
          onDestroy: cluster.onDestroy,
        },
        path: archiveMount,
      },
    ],
    scratch: ["/tmp"],
    ports: {
      s3: { port: archivePort, protocol: "http", callers: archiveCallers },
      ...(isScraped(cluster)
        ? {
            metrics: {
              port: archiveMetricsPort,
              protocol: "http",
              callers: metricsCallers(cluster),
            } as const,
          }
        : {}),
    },
    ...annotatedMetrics(cluster, archiveMetricsPort),
    health: { kind: "http", port: archivePort, path: "/healthz" },
    resources: managed.resources,
    startTimeoutSeconds: 180,
    stopSignal: "SIGTERM",
    // It closes its files within two seconds, and then waits without an end for connections between its own parts (weed/command/filer.go).
    stopGraceSeconds: 5,
  };
}

/** The task that makes the bucket or tries it; undefined where there is none, and for a role, which only the server itself can take on. */
export function archiveBucketTask(cluster: Cluster): Task | undefined {
  const store = objectStore(cluster);
  if (store === undefined || !hasArchiveKeys(cluster)) return undefined;
  return {
    name: archiveBucketName,
    // It has curl, which signs requests as S3 wants it.
    image: archiveImage(cluster.images),
    command: ["/bin/sh", archiveBucketScriptPath],
    environment: archiveEnvironment(cluster),
    files: [{ path: archiveBucketScriptPath, content: renderArchiveBucketScript(cluster, store) }],
    mounts: [],
    scratch: ["/tmp"],
    resources: cluster.tasks.resources,
    timeoutSeconds: checkTimeoutSeconds,
    interruption: "stop",
  };
}
