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
  readonly labels: Readonly<Record<string, string>>;
  /** Time after which it is killed and has failed, in seconds. */
  readonly timeoutSeconds: number;
}

/**
 * A container that runs once, to completion. One that fails fails the deployment with the end of its output, and runs again in the next;
 * the container is always removed.
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

/** What a cluster has for ever, and the version that it runs. */
export interface RegistryEntry {
  readonly numHistoryShards: number;
  readonly failoverVersionIncrement: number;
  readonly initialFailoverVersion: number;
  /** Version of the server, such as `1.32.2`. */
  readonly serverVersion: string;
}

/** Arguments of {@link Registry}. */
export interface RegistryArgs {
  /** The stack's clusters by name. */
  readonly clusters: Readonly<Record<string, RegistryEntry>>;
  /** Names of clusters that were removed on purpose. */
  readonly retired: readonly string[];
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
