/**
 * The resources of the provider `temporal`, as the program uses them.
 */
import * as pulumi from "@pulumi/pulumi";

/** A volume that a task sees. */
export interface TaskMount {
  /** Name of the volume. */
  readonly volume: string;
  /** Absolute path inside the container. */
  readonly path: string;
}

/** Arguments of {@link Task}. A change of any of them runs the task again. */
export interface TaskArgs {
  /** Address of the engine, as in DOCKER_HOST; the user's default when left out. */
  readonly host?: string;
  /** Name of the container while it runs. */
  readonly name: string;
  readonly image: string;
  /** Program and arguments; takes the place of the image's entry point. */
  readonly command: readonly string[];
  /** Environment variables; kept as a secret as a whole. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly mounts: readonly TaskMount[];
  /** Directories that are writable and empty; the rest of the root file system is read-only. */
  readonly tmpfs: readonly string[];
  /** Name of the network. */
  readonly network: pulumi.Input<string>;
  /** `uid:gid`. */
  readonly user: string;
  /** Capabilities to keep, such as `CHOWN`; all others are dropped. */
  readonly capabilitiesAdd: readonly string[];
  /** Hard limit of memory, in MiB, without swap. */
  readonly memoryMiB: number;
  /** Hard limit of processor time in cores; none when left out. */
  readonly cpus?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Time after which it has failed, in seconds. */
  readonly timeoutSeconds: number;
  /** Whether it is asked to stop when its time is over or the deployment is interrupted, or runs on to its end. */
  readonly interruption: "stop" | "finish";
}

/**
 * A container that runs once, to completion. One that fails fails the deployment with the end of its output, and runs again in the next;
 * the container is removed when it has ended.
 */
export class Task extends pulumi.CustomResource {
  constructor(name: string, args: TaskArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(
      "temporal:docker:Task",
      name,
      { ...args, environment: pulumi.secret(args.environment) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["environment"] }),
    );
  }
}

/** Arguments of {@link Network}. A change of any of them is another network. */
export interface NetworkArgs {
  /** Address of the engine, as in DOCKER_HOST; the user's default when left out. */
  readonly host?: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A bridge network. */
export class Network extends pulumi.CustomResource {
  /** What containers attach to it by. */
  declare readonly name: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("temporal:docker:Network", name, { ...args }, opts);
  }
}

/** What tells that a container is ready. */
export type ReadinessCheck =
  | {
      /** Ends well when it is ready, and tries by itself until then. */
      readonly command: readonly string[];
      /** Image whose program that is, which runs beside the container and sees its ports as its own; when left out, it runs in the container. */
      readonly image?: string;
    }
  | {
      /** It has run for so long without an end, in seconds. */
      readonly settleSeconds: number;
    };

/** Arguments of {@link Readiness}. */
export type ReadinessArgs = ReadinessCheck & {
  /** Address of the engine, as in DOCKER_HOST; the user's default when left out. */
  readonly host?: string;
  /** Id of the container; another one is waited for anew. */
  readonly container: pulumi.Input<string>;
  /** Its name, for errors. */
  readonly name: string;
  /** Time after which it has failed, in seconds. */
  readonly timeoutSeconds: number;
};

/**
 * A container that is ready. Waits for a command to end well, rather than for the engine's next health check, or until the container has run for some
 * time; one that ends before, or takes too long, fails the deployment with the end of its log.
 */
export class Readiness extends pulumi.CustomResource {
  constructor(name: string, args: ReadinessArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("temporal:docker:Readiness", name, { ...args }, opts);
  }
}

/** Arguments of {@link ContainerGroup}. */
export interface ContainerGroupArgs {
  /** Address of the engine, as in DOCKER_HOST; the user's default when left out. */
  readonly host?: string;
  readonly name: string;
  /** What all its containers carry, and no others. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Containers that are stopped at the same time when the group goes; each has it in `deletedWith`. */
export class ContainerGroup extends pulumi.CustomResource {
  constructor(name: string, args: ContainerGroupArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("temporal:docker:WorkloadGroup", name, { ...args }, opts);
  }
}

/** Arguments of {@link ControllerGroup}. */
export interface ControllerGroupArgs {
  /** Path of the kubeconfig; the user's default when left out. */
  readonly kubeconfig?: string;
  readonly context: string;
  readonly namespace: pulumi.Input<string>;
  /** What all its Deployments and StatefulSets carry, and no others. */
  readonly labels: Readonly<Record<string, string>>;
  /** Time that their pods have to end, in seconds; the pods' own when left out. */
  readonly stopGraceSeconds?: number;
}

/** Deployments and StatefulSets that are deleted at the same time when the group goes; each has it in `deletedWith`. */
export class ControllerGroup extends pulumi.CustomResource {
  constructor(name: string, args: ControllerGroupArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("temporal:kubernetes:WorkloadGroup", name, { ...args }, opts);
  }
}

/** Arguments of {@link Completion}. */
export interface CompletionArgs {
  /** Path of the kubeconfig; the user's default when left out. */
  readonly kubeconfig?: string;
  readonly context: string;
  readonly namespace: pulumi.Input<string>;
  /** Name of the Job; another one is waited for anew. */
  readonly job: pulumi.Input<string>;
  /** Time after which it has failed when no pod has started, in seconds: no node takes it, or its image does not come. */
  readonly startTimeoutSeconds: number;
  /** Time on top of that after which it has failed when no pod has ended, in seconds. */
  readonly timeoutSeconds: number;
}

/**
 * A Job that has completed. Waits for its pod, which tells a second before the Job does; one that fails, or takes too long, fails the deployment with the
 * end of its output.
 */
export class Completion extends pulumi.CustomResource {
  constructor(name: string, args: CompletionArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("temporal:kubernetes:Completion", name, { ...args }, opts);
  }
}

/** What a cluster has for ever, and the version that it runs. */
export interface RegistryEntry {
  readonly numHistoryShards: number;
  readonly failoverVersionIncrement: number;
  readonly initialFailoverVersion: number;
  /** Version of the server, such as `1.32.2`. */
  readonly serverVersion: string;
  /** Where its data lives, by config key; what is known stays known when left out. */
  readonly data?: Readonly<Record<string, string>>;
  /** Where its archive is; left out when it has none, and known as long as `data` is when that is left out. */
  readonly archive?: Readonly<Record<string, string>>;
  /** What becomes of each object of Temporal when the config no longer names it. */
  readonly objects: Readonly<Record<string, "keep" | "delete" | "protect">>;
}

/** Arguments of {@link Registry}. */
export interface RegistryArgs {
  /** The stack's clusters by name. */
  readonly clusters: Readonly<Record<string, RegistryEntry>>;
  /** Names of clusters that were removed on purpose. */
  readonly retired: readonly string[];
  /** The places that clusters were moved to on purpose, by cluster and config key. */
  readonly moved: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Remembers what each cluster of a stack is, and refuses at preview what would part a cluster from its data: see platform/identity.ts for
 * the rules.
 */
export class Registry extends pulumi.CustomResource {
  constructor(name: string, args: RegistryArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("temporal:cluster:Registry", name, { ...args }, opts);
  }
}
