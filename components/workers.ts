import type * as pulumi from "@pulumi/pulumi";
import { defined } from "../platform/defined.ts";
import type { Cluster } from "../platform/cluster.ts";
import { imagesOf } from "../platform/images.ts";
import type { WorkerSecretName } from "../platform/secrets.ts";
import {
  type RunWorker,
  runWorkers,
  workerEnvironment,
  workerImage,
  workerSecretName,
} from "../platform/workers.ts";
import type { Autoscaling, Port, Workload } from "../platform/workload.ts";
import type { OpenTarget, Ready, Secrets, SecretSource } from "../targets/target.ts";
import { Component } from "./component.ts";

/** Arguments of {@link Workers}. */
export interface WorkersArgs {
  readonly cluster: Cluster;
  /** Where they run. */
  readonly target: OpenTarget;
  /** What must be there before a worker of a Temporal namespace starts. */
  readonly after: (namespace: string) => Ready;
  /** The secrets that come from the environment of whoever deploys. */
  readonly secrets: Readonly<Record<WorkerSecretName, pulumi.Output<string>>>;
}

/**
 * The users' own worker programs. They stop at the same time, before the cluster does: an activity that ends in a worker's time to stop reports its
 * result to the frontend, and one that cannot is run again from its beginning.
 */
export class Workers extends Component {
  constructor(name: string, args: WorkersArgs, opts: pulumi.ComponentResourceOptions) {
    super("worker:Workers", name, opts);
    const { cluster, target, after } = args;
    const workers = runWorkers(cluster);
    const longestGraceSeconds = Math.max(
      ...workers.map(([, { stopGraceSeconds }]) => stopGraceSeconds),
    );
    const before = new Set(workers.flatMap(([, { namespace }]) => after(namespace)));
    const stoppedWith = target.stopTogether(
      { kind: "workers", longestGraceSeconds },
      this.place({ dependsOn: [...before] }),
    );
    for (const [worker, settings] of workers) {
      const dependsOn = [...after(settings.namespace), stoppedWith];
      const secrets = secretsOf(worker, settings, args.secrets);
      target.run(
        workerWorkload(cluster, worker, settings),
        this.place({ secrets, dependsOn, stoppedWith }),
      );
    }
    this.registerOutputs({});
  }
}

/** Ports of a worker: that of its health, and that of its metrics unless it is the same. */
type WorkerPorts = Readonly<Partial<Record<"health" | "metrics", Port>>>;

/** Time for a worker to start, in seconds: some bundle their workflows first. */
const startTimeoutSeconds = 120;

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
    startTimeoutSeconds,
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

/** Where the values of a worker's secrets come from. */
function secretsOf(name: string, { secrets }: RunWorker, values: WorkersArgs["secrets"]): Secrets {
  return Object.fromEntries(
    Object.entries(secrets).map(([variable, given]): [WorkerSecretName, SecretSource] => {
      const secret = workerSecretName(name, variable);
      if (!("env" in given)) return [secret, { kind: "existing", ...given }];
      const value = values[secret];
      if (value === undefined) throw new Error(`the secret ${secret} has no value`);
      return [secret, { kind: "value", value }];
    }),
  );
}
