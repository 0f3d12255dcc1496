/**
 * OpenSearch as the platform runs it: one node that holds nothing but Temporal's visibility.
 */
import type { Cluster } from "./cluster.ts";
import { opensearchImage } from "./images.ts";
import {
  filesDirectory,
  opensearchLogging,
  opensearchMount,
  opensearchPolicy,
  opensearchPort,
  renderOpenSearchConfig,
  renderStartScript,
  securityDirectory,
} from "./opensearch-config.ts";
import { searchUsers, securityFiles } from "./opensearch-security.ts";
import type { Callers, EnvironmentValue, Port, Resources, Workload } from "./workload.ts";

export { opensearchPort } from "./opensearch-config.ts";
export { opensearchPassword, opensearchUser } from "./opensearch-security.ts";

/** Name of the workload. */
export const opensearchName = "opensearch";

/** The index of visibility on the platform's own node; Temporal's template is for indexes whose names begin with `temporal_visibility_v1`. */
export const opensearchIndex = "temporal_visibility_v1_platform";

/** What the config says of a managed node. */
export interface ManagedOpenSearch {
  readonly resources: Resources;
  /** Size of its volume, in GiB. */
  readonly storageGiB: number;
}

/**
 * The heap of the Java machine, in MiB: half of the memory limit, as OpenSearch's manual wants it ("Important settings"). The rest is Java's own,
 * buffers, and what the kernel caches of the files.
 */
export function heapMiB({ memoryMiB }: Resources): number {
  return Math.floor(memoryMiB / 2);
}

/** Asks whether the security plugin has its config, before which nobody is let in: the one page that is for everybody. */
const health = [
  ...["curl", "--fail", "--silent", "--output", "/dev/null", "--max-time", "4"],
  `http://127.0.0.1:${opensearchPort}/_plugins/_security/health`,
];

/**
 * The node as a workload. It needs the secrets of its users ({@link searchUsers}); who changes one restarts it with the new one.
 *
 * @param callers Who uses it.
 */
export function opensearchWorkload(
  cluster: Pick<Cluster, "images" | "onDestroy" | "monitoring">,
  managed: ManagedOpenSearch,
  callers: Callers,
): Workload<Readonly<Record<"http", Port>>> {
  const image = opensearchImage(cluster.images);
  const { resources, storageGiB: sizeGiB } = managed;
  const users = searchUsers(cluster);
  const start = `${filesDirectory}/start.sh`;
  return {
    name: opensearchName,
    image,
    replicas: 1,
    discovery: "balanced",
    command: ["/bin/sh", start],
    environment: Object.fromEntries(
      users.map(({ variable, secret }): [string, EnvironmentValue] => [variable, { secret }]),
    ),
    files: [
      { path: start, content: renderStartScript(heapMiB(resources)) },
      { path: `${filesDirectory}/opensearch.yml`, content: renderOpenSearchConfig(managed, users) },
      { path: `${filesDirectory}/log4j2.properties`, content: opensearchLogging },
      { path: `${filesDirectory}/java.policy`, content: opensearchPolicy },
      ...securityFiles(securityDirectory, users),
    ],
    mounts: [
      {
        volume: {
          name: "opensearch-data",
          owner: image.user,
          sizeGiB,
          onDestroy: cluster.onDestroy,
        },
        path: opensearchMount,
      },
    ],
    scratch: ["/tmp"],
    // Its library for calls to the kernel, by which it forbids itself to start any program.
    scratchHolds: "programs",
    resources,
    ports: { http: { port: opensearchPort, protocol: "http", callers } },
    // The official image has curl and no nc.
    health: { kind: "exec", command: health },
    // After a crash it reads its log of changes first.
    startTimeoutSeconds: 300,
    stopSignal: "SIGTERM",
    stopGraceSeconds: 60,
  };
}
