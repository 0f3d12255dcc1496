/**
 * The users' own worker programs: what they are called, and what they find in their environment.
 */
import { archiveBucketName, archiveName } from "./archival.ts";
import type { Cluster, Lifecycle } from "./cluster.ts";
import { postgresName } from "./database.ts";
import { gatewayName } from "./gateway.ts";
import type { Image } from "./images.ts";
import { gatewayMembers, prometheusCheckName, prometheusName } from "./monitoring/places.ts";
import { frontendMembers, serviceRoles } from "./roles.ts";
import type { GivenSecret, WorkerSecretName } from "./secrets.ts";
import type { TaskQueueType } from "./task-queues.ts";
import { uiName } from "./web-ui.ts";
import { type EnvironmentValue, ownAddress } from "./workload.ts";

/** A worker of a cluster, whether the stack runs it or only watches it. */
export type Worker = Cluster["workers"][string];

/** A worker that the stack runs. */
export type RunWorker = Extract<Worker, { kind: "run" }>;

/** Longest name of a worker: with those of stack and cluster it is the name of a machine, which has 63 characters at most. */
export const maxWorkerName = 28;

/** Names that other parts of a cluster have in its network, or their objects in its Kubernetes namespace. */
export const reservedNames: readonly string[] = [
  ...serviceRoles,
  ...[frontendMembers, gatewayName, uiName, postgresName],
  // The Services that CloudNativePG makes (cloudnative-pg.io, "Service management").
  ...["r", "ro", "rw"].map((kind) => `${postgresName}-${kind}`),
  ...["cluster-metadata", "config-check", "gateway-check", "namespaces", "schema"],
  ...[archiveName, archiveBucketName, prometheusName, prometheusCheckName, gatewayMembers],
];

/** Variables of a worker's environment that are the platform's to set; those that it does not set today are kept for it. */
export const ownVariables: readonly string[] = [
  ...["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_TASK_QUEUE", "TEMPORAL_API_KEY"],
  ...["TEMPORAL_TLS", "TEMPORAL_DEPLOYMENT_NAME", "TEMPORAL_WORKER_BUILD_ID", ownAddress],
];

/** Those of {@link ownVariables} that say how Temporal is reached. */
export const connectionVariables: readonly string[] = [
  ...["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_API_KEY", "TEMPORAL_TLS"],
];

/** The workers of a cluster that the stack runs. */
export function runWorkers({
  workers,
}: Pick<Cluster, "workers">): readonly (readonly [name: string, worker: RunWorker])[] {
  return Object.entries(workers).flatMap(([name, worker]) =>
    worker.kind === "run" ? [[name, worker] as const] : [],
  );
}

/** Whether something has to know how many tasks wait for a cluster's workers. */
export function isScaledByBacklog(cluster: Pick<Cluster, "workers">): boolean {
  return runWorkers(cluster).some(([, { scaling }]) => scaling !== undefined);
}

/** Those of which the stack keeps something: all while the cluster runs, and while it is stopped those with versions, which must not be forgotten. */
export function keptWorkers(
  cluster: Pick<Cluster, "workers">,
  lifecycle: Lifecycle,
): ReturnType<typeof runWorkers> {
  return runWorkers(cluster).filter(
    ([, { versioning }]) => lifecycle === "running" || versioning !== undefined,
  );
}

/** What a worker finds in its environment: where Temporal is, by the names that the SDKs know, and what the user says. */
export function workerEnvironment(
  { server }: Cluster,
  name: string,
  { namespace, taskQueues, env, secrets }: RunWorker,
): Readonly<Record<string, EnvironmentValue>> {
  const [taskQueue, ...others] = Object.keys(taskQueues);
  return {
    ...env,
    ...Object.fromEntries(
      Object.keys(secrets).map((variable) => [
        variable,
        { secret: workerSecretName(name, variable) },
      ]),
    ),
    TEMPORAL_ADDRESS: `frontend:${server.roles.frontend.ports.grpc}`,
    TEMPORAL_NAMESPACE: namespace,
    ...(taskQueue === undefined || others.length > 0 ? {} : { TEMPORAL_TASK_QUEUE: taskQueue }),
  };
}

/** The secrets of a worker, whose values the user gives. */
export function givenWorkerSecrets(name: string, { secrets }: RunWorker): readonly GivenSecret[] {
  return Object.entries(secrets).map(([variable, source]) => ({
    ...{ name: workerSecretName(name, variable), source },
    at: ["workers", name, "secrets", variable],
  }));
}

/** The secret that a worker finds in a variable of its environment. */
export function workerSecretName(worker: string, variable: string): WorkerSecretName {
  return `worker.${worker}.${variable}`;
}

/** The image of a worker; of one that is built, the reference lacks the tag that the target gives it. */
export function workerImage(
  { name: cluster }: Pick<Cluster, "name">,
  name: string,
  { source, user }: RunWorker,
): Image {
  const ids = { uid: user, gid: user };
  return source.kind === "registry"
    ? { reference: source.reference, version: source.reference, user: ids }
    : { reference: `temporal-${cluster}-${name}`, version: source.path, user: ids };
}

/** What is declared of a worker: who is to poll which task queues. */
export interface DeclaredWorker {
  readonly namespace: string;
  /** Types of tasks by task queue. */
  readonly taskQueues: Readonly<Record<string, readonly TaskQueueType[]>>;
  /** Whether somebody else runs it. */
  readonly external: boolean;
}

/** What is declared of a cluster's workers, by their names. */
export function declaredWorkers({
  workers,
}: Pick<Cluster, "workers">): Readonly<Record<string, DeclaredWorker>> {
  return Object.fromEntries(
    Object.entries(workers).map(([name, { kind, namespace, taskQueues }]) => [
      name,
      { namespace, taskQueues, external: kind === "external" },
    ]),
  );
}
