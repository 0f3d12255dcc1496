/**
 * The vocabulary between Temporal and what it runs on: components describe workloads and tasks in these words, targets turn them into
 * containers. Nothing here knows Docker or Kubernetes, and of Temporal nothing but the names of its secrets and task queues.
 */
import type { Exposure } from "./exposure.ts";
import type { ContainerUser, Image } from "./images.ts";
import type { SecretName } from "./secrets.ts";
import type { TaskQueueType } from "./task-queues.ts";

/** A secret that a component hands to its target; the value travels beside the description and never inside it. */
export interface SecretReference {
  readonly secret: SecretName;
}

/** The value of an environment variable: plain, or a secret by name. */
export type EnvironmentValue = string | SecretReference;

/**
 * A text file that a container finds at its start. A content that is text is part of what runs: a changed file replaces the containers that use
 * it. One that is a secret follows the secret while the containers run, and has a directory of its own; Kubernetes only.
 */
export interface File {
  /** Absolute path inside the container. */
  readonly path: string;
  readonly content: string | SecretReference;
}

/**
 * A directory of files that change under the containers that read them: their programs read a changed file again by themselves. A task
 * publishes the files when it has ended well.
 */
export interface LiveDirectory {
  /** Unique inside a cluster, such as `dynamic-config`. */
  readonly name: string;
  /** Absolute path inside every container that has it. */
  readonly path: string;
}

/** Storage that outlives the containers that use it. */
export interface Volume {
  /** Unique inside a cluster, such as `postgres-data`. */
  readonly name: string;
  /** Who may write to it. */
  readonly owner: ContainerUser;
  /** Size to ask for, in GiB; a target without quotas ignores it. */
  readonly sizeGiB: number;
  readonly onDestroy: DataPolicy;
}

/**
 * What happens to data when its cluster is destroyed: it goes too; it stays where it is and is nobody's any more; or nothing may be
 * destroyed at all.
 */
export const dataPolicies = ["delete", "keep", "protect"] as const;
export type DataPolicy = (typeof dataPolicies)[number];

/** Where a workload sees a {@link Volume}. */
export interface Mount {
  readonly volume: Volume;
  /** Absolute path inside the container. */
  readonly path: string;
}

/** A port that a workload listens on. */
export interface Port {
  readonly port: number;
  /** What is spoken: over cleartext HTTP/2 or HTTP/1, or bytes that only the two ends understand. */
  readonly protocol: "grpc" | "http" | "tcp";
  /** Who may connect, where a target can keep others away. */
  readonly callers: Callers;
  /** Where users outside the cluster's network reach it, if they may. */
  readonly exposed?: Exposure;
}

/** A workload's ports by their names: short, such as `grpc`, and at most 15 characters. */
export type Ports = Readonly<Record<string, Port>>;

/** A port with its name. */
export interface NamedPort extends Port {
  readonly name: string;
}

/**
 * Who connects to a port: a workload or task of the same cluster by name, the users' own programs, what collects metrics, what scales by backlog, or
 * everyone who gets that far, as it is with a port that is reached from outside.
 */
export type Caller =
  { readonly part: string } | "clients" | "monitoring" | "autoscaler" | "everyone";

/** At least one: a NetworkPolicy's rule without a peer lets everybody in. */
export type Callers = readonly [Caller, ...Caller[]];

/** How a container starts: program and arguments, which take the place of the image's own entry point; or that entry point. */
export type Command = readonly string[] | ImageCommand;

/** The image's own entry point. */
export interface ImageCommand {
  readonly kind: "image";
  /** Take the place of the image's own arguments; when there are none, those are kept. */
  readonly args: readonly string[];
}

/** How a target comes by an image that nobody has brought to it. */
export type ImageOrigin =
  /** From its registry, by its reference. */
  | { readonly kind: "registry" }
  /** Built of a directory with a Dockerfile; the tag of its reference is the target's to choose. Docker only. */
  | { readonly kind: "directory"; readonly path: string };

/** How a target finds out that a container does its work. */
export type HealthCheck =
  /** The standard gRPC health service answers SERVING for `service`. */
  | { readonly kind: "grpc"; readonly port: number; readonly service: string }
  /** A GET of `path` answers with a 2xx status. */
  | { readonly kind: "http"; readonly port: number; readonly path: string }
  /** The port takes connections. */
  | { readonly kind: "tcp"; readonly port: number }
  /** A command inside the container exits with 0. */
  | { readonly kind: "exec"; readonly command: readonly string[] };

/** The same, of a program that may be one that cannot be asked: it is ready when it has run for {@link settledSeconds}. */
export type Health = HealthCheck | { readonly kind: "none" };

/** Time for which a program that cannot be asked has to run before it is taken for ready, in seconds: one that cannot start ends before that. */
export const settledSeconds = 5;

/** What one container may use. */
export interface Resources {
  /** Hard limit of memory, in MiB; there is never swap on top of it. */
  readonly memoryMiB: number;
  /** Hard limit of processor time in cores, such as 0.5; undefined for none. */
  readonly cpus?: number;
  /** Processor time in cores that is set aside, where a target can; undefined for the target's default. */
  readonly cpuRequest?: number;
}

/** More replicas by load. */
export type Autoscaling = CpuAutoscaling | BacklogAutoscaling;

/** More replicas by processor time. */
export interface CpuAutoscaling {
  readonly kind: "cpu";
  readonly maxReplicas: number;
  /** Use of the requested processor time, over all replicas, above which there is one more; in percent. */
  readonly cpuPercent: number;
}

/** More replicas by the tasks that wait for them. */
export interface BacklogAutoscaling {
  readonly kind: "backlog";
  readonly maxReplicas: number;
  /** Tasks that wait for each replica; the task queue with the longest backlog counts, over its types. */
  readonly backlogPerReplica: number;
  /** Time for which fewer replicas must have been enough before there are fewer, in seconds. */
  readonly scaleDownAfterSeconds: number;
  /** Temporal namespace of the task queues. */
  readonly namespace: string;
  /** Types by task queue. */
  readonly taskQueues: Readonly<Record<string, readonly TaskQueueType[]>>;
  /** The workload that knows the backlogs, and its port, which lets `autoscaler` in. */
  readonly askedOf: { readonly name: string; readonly port: number };
}

/** Variable that a target sets in every container when it knows the address by which others reach it; without it, the container looks itself up. */
export const ownAddress = "POD_IP";

/** What workloads and tasks have in common. */
export interface ContainerSpec {
  /** Unique inside a cluster; also the name by which the others reach it. */
  readonly name: string;
  readonly image: Image;
  readonly command: Command;
  readonly environment: Readonly<Record<string, EnvironmentValue>>;
  readonly files: readonly File[];
  /** What it reads while it runs, published by a task that comes before it. */
  readonly liveDirectories?: readonly LiveDirectory[];
  readonly mounts: readonly Mount[];
  /** Directories that are writable and empty at every start; everything else in the image is read-only. */
  readonly scratch: readonly string[];
  /** Whether what it writes there may be run: a program that unpacks native code there needs it, and no other has it. Data by default. */
  readonly scratchHolds?: "data" | "programs";
  readonly resources: Resources;
}

/** A program that runs for ever. Its type has the names of its ports, so that nobody asks for the address of one that is not there. */
export interface Workload<P extends Ports = Ports> extends ContainerSpec {
  readonly replicas: number;
  /** Replicas come on top of {@link replicas} by load; undefined for never. */
  readonly autoscaling?: Autoscaling;
  /** What its name stands for: one address behind which any replica answers, or the addresses of all. */
  readonly discovery: "balanced" | "headless";
  /** Name that stands for the addresses of all replicas, where the other one is balanced; undefined where nobody asks. */
  readonly headlessName?: string;
  readonly ports: P;
  /** Where its metrics are, for a Prometheus that finds pods by their annotations; Kubernetes only. */
  readonly annotatedMetrics?: { readonly port: number; readonly path: string };
  readonly health: Health;
  /** Image by whose programs {@link health} is asked where a target asks by programs; its own by default, which may have none. */
  readonly checkedBy?: Image;
  /** How a target comes by the image; one of the platform's own is there before (cli/bootstrap.ts). */
  readonly imageOrigin?: ImageOrigin;
  /** Tells that it can be used, where {@link health} says so only later; by default that. */
  readonly usable?: HealthCheck;
  /** Which of the two makes a pod ready on Kubernetes, so that a rollout goes on; {@link health} by default. */
  readonly readyBy?: "health" | "usable";
  /** Time to become healthy after the start before it counts as failed, in seconds. */
  readonly startTimeoutSeconds: number;
  /** Time after a start in which nobody kills it for not taking connections, in seconds; by default {@link startTimeoutSeconds}. */
  readonly recoveryTimeoutSeconds?: number;
  /** Signal that asks for an orderly end. SIGUSR1 is what the image itself asks for (STOPSIGNAL). */
  readonly stopSignal: "SIGTERM" | "SIGINT" | "SIGUSR1";
  /** Time between that signal and the kill, in seconds. */
  readonly stopGraceSeconds: number;
}

/** A program that runs once, to completion; it must be safe to run again. */
export interface Task extends ContainerSpec {
  readonly command: readonly string[];
  /** Time after which it has failed, in seconds. */
  readonly timeoutSeconds: number;
  /** What happens to it when its deployment is interrupted: it is asked to stop, or runs on to its end, however long that takes. */
  readonly interruption: Interruption;
  /** Whose files these are once the task has ended well: those that it has itself at that path. */
  readonly publishes?: LiveDirectory;
}

/** See {@link Task.interruption}. */
export type Interruption = "stop" | "finish";

/** Time for a task that only checks a config, in seconds: the nodes may have to pull its image first. */
export const checkTimeoutSeconds = 5 * 60;

/** Time between asking a task to stop and killing it, in seconds. */
export const taskStopGraceSeconds = 10;

/** Workloads and tasks of the same cluster as callers. */
export function parts(first: string, ...others: readonly string[]): Callers {
  return [{ part: first }, ...others.map((part) => ({ part }))];
}

/** The ports of a workload, in their order. */
export function portsOf({ ports }: Workload): readonly NamedPort[] {
  return Object.entries(ports).map(([name, port]) => ({ name, ...port }));
}
