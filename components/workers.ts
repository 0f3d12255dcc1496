import type * as pulumi from "@pulumi/pulumi";
import { defined } from "../platform/defined.ts";
import type { Cluster } from "../platform/cluster.ts";
import { imagesOf } from "../platform/images.ts";
import { versionsOf } from "../platform/worker-versions.ts";
import {
  givenWorkerSecrets,
  keptWorkers,
  type RunWorker,
  workerEnvironment,
  workerImage,
} from "../platform/workers.ts";
import type { Autoscaling, Port, Workload } from "../platform/workload.ts";
import type { OpenTarget, Ready } from "../targets/target.ts";
import { Component } from "./component.ts";
import { type GivenSecrets, sourcesOf } from "./given-secrets.ts";

/** Arguments of {@link Workers}. */
export interface WorkersArgs {
  readonly cluster: Cluster;
  /** Where they run. */
  readonly target: OpenTarget;
  /** The cluster's frontend, running or stopped. */
  readonly temporal: pulumi.ProviderResource;
  /** What they run with; undefined when the cluster is stopped. */
  readonly running:
    | {
        /** What must be there before a worker of a Temporal namespace starts. */
        readonly after: (namespace: string) => Ready;
        readonly given: GivenSecrets;
      }
    | undefined;
}

/**
 * The users' own worker programs. They stop at the same time, before the cluster does: an activity that ends in a worker's time to stop reports its
 * result to the frontend, and one that cannot is run again from its beginning. Those that have versions are there while the cluster is stopped as well,
 * so that no version is forgotten.
 */
export class Workers extends Component {
  constructor(name: string, args: WorkersArgs, opts: pulumi.ComponentResourceOptions) {
    super("worker:Workers", name, opts);
    const { cluster, target, temporal, running } = args;
    const lifecycle = running === undefined ? "stopped" : "running";
    const workers = keptWorkers(cluster, lifecycle);
    const stoppedWith =
      running === undefined ? undefined : this.#stopTogether(target, workers, running.after);
    for (const [worker, settings] of workers) {
      const before = running?.after(settings.namespace) ?? [];
      const deploy = this.place({
        secrets: sourcesOf(givenWorkerSecrets(worker, settings), running?.given),
        dependsOn: [...before, ...(stoppedWith === undefined ? [] : [stoppedWith])],
        ...defined({ stoppedWith }),
      });
      const workload = workerWorkload(cluster, worker, settings);
      const versions = versionsOf(worker, settings);
      if (versions === undefined) target.run(workload, deploy);
      else target.runVersions(workload, versions, { ...deploy, temporal, lifecycle });
    }
    this.registerOutputs({});
  }

  #stopTogether(
    target: OpenTarget,
    workers: ReturnType<typeof keptWorkers>,
    after: (namespace: string) => Ready,
  ): pulumi.Resource {
    const longestGraceSeconds = Math.max(
      ...workers.map(([, { stopGraceSeconds }]) => stopGraceSeconds),
    );
    const before = new Set(workers.flatMap(([, { namespace }]) => after(namespace)));
    return target.stopTogether(
      { kind: "workers", longestGraceSeconds },
      this.place({ dependsOn: [...before] }),
    );
  }
}

/** Ports of a worker: that of its health, and that of its metrics unless it is the same. */
type WorkerPorts = Readonly<Partial<Record<"health" | "metrics", Port>>>;

/** Time for a worker to start, in seconds, where it says none itself: some bundle their workflows first. */
const usualStartSeconds = 120;

/** A worker as a workload. */
export function workerWorkload(
  cluster: Cluster,
  name: string,
  worker: RunWorker,
): Workload<WorkerPorts> {
  const { source, command, args, replicas, scratch, resources, stopGraceSeconds, health } = worker;
  return {
    name,
    image: workerImage(cluster, name, worker),
    imageOrigin: source.kind === "registry" ? { kind: "registry" } : source,
    command: command === undefined ? { kind: "image", args } : [...command, ...args],
    environment: workerEnvironment(cluster, name, worker),
    files: [],
    mounts: [],
    scratch,
    // The TypeScript SDK's bundler (swc) unpacks a library there, and loads it.
    scratchHolds: "programs",
    replicas,
    ...defined({ autoscaling: workerAutoscaling(cluster, worker) }),
    // Nobody calls it but what watches it, which wants each replica by itself.
    discovery: "headless",
    ports: workerPorts(worker),
    ...(health === undefined
      ? { health: { kind: "none" } }
      : // Its own image may have neither a shell nor `nc`; the server's has both (decision 0002).
        { health: { kind: "http", ...health }, checkedBy: imagesOf(cluster).server }),
    resources,
    startTimeoutSeconds: worker.versioning?.pollersTimeoutSeconds ?? usualStartSeconds,
    stopSignal: "SIGTERM",
    stopGraceSeconds,
  };
}

function workerAutoscaling(
  { server }: Cluster,
  { scaling, namespace, taskQueues }: RunWorker,
): Autoscaling | undefined {
  if (scaling === undefined) return undefined;
  const { max, backlogPerReplica, scaleDownAfterSeconds } = scaling;
  return {
    kind: "backlog",
    maxReplicas: max,
    ...{ backlogPerReplica, scaleDownAfterSeconds, namespace, taskQueues },
    askedOf: { name: "frontend", port: server.roles.frontend.ports.grpc },
  };
}

function workerPorts({ health, metrics }: RunWorker): WorkerPorts {
  const open = (port: number): Port => ({ port, protocol: "http", callers: ["monitoring"] });
  return defined({
    health: health === undefined || health.port === metrics?.port ? undefined : open(health.port),
    metrics: metrics === undefined ? undefined : open(metrics.port),
  });
}
