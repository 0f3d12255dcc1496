/**
 * Worker Deployments of the provider `temporal`, as the program uses them.
 */
import * as pulumi from "@pulumi/pulumi";

/** A Docker engine as the place of a worker's containers. */
export interface DockerPlace {
  readonly kind: "docker";
  /** As in DOCKER_HOST; the user's default when left out. */
  readonly host?: string;
  /** Name of the network. */
  readonly network: pulumi.Input<string>;
  /** All containers carry them. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A namespace of Kubernetes as the place of a worker's pods. */
export interface KubernetesPlace {
  readonly kind: "kubernetes";
  /** Path of the kubeconfig; the user's default when left out. */
  readonly kubeconfig?: string;
  readonly context: string;
  readonly namespace: pulumi.Input<string>;
  /** All Deployments carry them. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Variables that all versions have over their own, as keys of Secrets in the namespace; a change reaches all living versions in place, as that of
   * {@link WorkerDeploymentArgs.environment}.
   */
  readonly secretVariables: Readonly<
    Record<string, { readonly name: pulumi.Input<string>; readonly key: string }>
  >;
}

/** What a version on Docker is started from. */
export interface DockerSpec {
  readonly image: string;
  /** Program and arguments in place of the image's entry point; the image's own when left out. */
  readonly command?: readonly string[];
  /** Arguments after the command, or for the image's own entry point; the image's own when left out. */
  readonly args?: readonly string[];
  /** Variables that are part of the build; kept as a secret as a whole. */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** `uid:gid`; the image's own when left out. */
  readonly user?: string;
  /** Hard limit of memory, in MiB, without swap. */
  readonly memoryMiB: number;
  /** Hard limit of processor time in cores; none when left out. */
  readonly cpus?: number;
  /** Directories that are writable and empty; the rest of the root file system is read-only. */
  readonly tmpfs?: readonly string[];
  /** Whether what is written there may be run: programs. Data when left out. */
  readonly tmpfsHolds?: "data" | "programs";
  /** Volumes with what it reads, such as certificates; all of them read-only. */
  readonly mounts?: readonly { readonly volume: string; readonly path: string }[];
  /** Program and arguments that run in the container, and end well when it is healthy; nobody looks when left out. */
  readonly healthCommand?: readonly string[];
  /** Asks for an orderly end; SIGTERM when left out. */
  readonly stopSignal?: string;
  /** Time between that signal and the kill, in seconds. */
  readonly stopGraceSeconds: number;
}

/** What a version on Kubernetes is started from. */
export interface KubernetesSpec {
  /**
   * A Deployment (apps/v1) as plain JSON. Its name, namespace, selector and number of replicas are filled in, and labels are added: one object a version,
   * named after worker and build id.
   */
  readonly manifest: object;
}

/** Where a worker runs, and what its version is started from there. */
export type PlacedVersion =
  | {
      readonly runner: DockerPlace;
      readonly version: { readonly buildId: string; readonly spec: DockerSpec };
    }
  | {
      readonly runner: KubernetesPlace;
      readonly version: { readonly buildId: string; readonly spec: KubernetesSpec };
    };

/** How a new version comes to be current. */
export type Rollout =
  /** At once, when it has been checked. */
  | { readonly kind: "all-at-once" }
  /** It gets a rising share of the new work, each for its time. `up` lasts until the end of the last pause. */
  | {
      readonly kind: "progressive";
      /** Percentages rise, and are less than 100. */
      readonly steps: readonly { readonly percent: number; readonly pauseSeconds: number }[];
    }
  /** It is started and checked; people make it current (`temporal worker deployment set-current-version`). */
  | { readonly kind: "manual" };

/** Arguments of {@link WorkerDeployment}. */
export type WorkerDeploymentArgs = PlacedVersion & {
  /** Name of the Worker Deployment; its workers say the same. Another one is another resource. */
  readonly deploymentName: string;
  /** Temporal's namespace. Another one is another resource. */
  readonly namespace: pulumi.Input<string>;
  /** Names containers and objects, in lower-case letters, digits and hyphens; unique where they run. */
  readonly name: string;
  /** By whom the deployment is managed, unique for stack and cluster: the server lets nobody else change where its tasks go. */
  readonly managerIdentity: string;
  /** Task queues that each version must poll, with the types of tasks. */
  readonly taskQueues: Readonly<Record<string, readonly ("workflow" | "activity" | "nexus")[]>>;
  /** Of each version that runs; on Kubernetes, whoever scales it says how many when left out. */
  readonly replicas?: number;
  /**
   * Variables that all versions have over their own, and that are no part of a build, such as the server's address: a change reaches all living versions in
   * place. Kept as a secret as a whole.
   */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** At once when left out. */
  readonly rollout?: Rollout;
  /** A workflow that must succeed on a new version before it gets other work; none when left out. */
  readonly gate?: {
    readonly workflowType: string;
    /** One of {@link taskQueues}. */
    readonly taskQueue: string;
    /** Its only argument, as JSON; none when left out. */
    readonly input?: unknown;
    readonly timeoutSeconds: number;
  };
  /** Longest time until a new version polls, in seconds; 300 when left out. */
  readonly pollersTimeoutSeconds?: number;
  /** Time between the end of a version's last pinned workflow and that of its containers, in seconds; they go with the record when left out. */
  readonly scaleDownAfterSeconds?: number;
  /**
   * Time after which a drained version's record goes, in seconds, on top of {@link scaleDownAfterSeconds}; 0 when left out. It goes in a deployment of its
   * own, once the server has forgotten the pollers: after 5 minutes (`matching.PollerHistoryTTL`), or at once with
   * `frontend.enableCancelWorkerPollsOnShutdown` and `frontend.enableMatchingFanOutForPollCancellation`.
   */
  readonly deleteAfterSeconds?: number;
  /** Stopped while the cluster is: nothing runs, nothing is forgotten, and the server is not asked. */
  readonly lifecycle: "running" | "stopped";
  /** What happens when the worker is removed while workflows are pinned to its versions; refused when left out. */
  readonly onRemove?: "refuse" | "delete";
};

/** A version as of the last deployment. */
export interface DeployedVersion {
  readonly buildId: string;
  readonly status: "Inactive" | "Current" | "Ramping" | "Draining" | "Drained" | "Unspecified";
  /** Since when it has the status, as ISO 8601. */
  readonly since?: string;
  /** Share of the new work, in percent, of one that ramps. */
  readonly percent?: number;
}

/**
 * A worker with all its versions. A new build id is a new version, which starts beside the old one, is checked, and becomes current as the rollout says; the
 * old one runs on until its pinned workflows have ended, and goes in a later deployment. A version that fails its checks goes at once.
 *
 * `environment`, and those of the versions, are secret. When Temporal itself goes with the stack, give the resource `deletedWith`.
 */
export class WorkerDeployment extends pulumi.CustomResource {
  declare readonly versions: pulumi.Output<readonly DeployedVersion[]>;
  /** What was done, in its order; in a preview, what will be. */
  declare readonly plan: pulumi.Output<readonly string[]>;

  constructor(name: string, args: WorkerDeploymentArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(
      "temporal:worker:Deployment",
      name,
      {
        ...args,
        environment: pulumi.secret(args.environment),
        version: { buildId: args.version.buildId, spec: secretly(args) },
        versions: undefined,
        plan: undefined,
      },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["environment", "specs"] }),
    );
  }
}

function secretly({ version: { spec } }: WorkerDeploymentArgs): object {
  return "manifest" in spec
    ? spec
    : { ...spec, environment: pulumi.secret(spec.environment ?? {}) };
}
