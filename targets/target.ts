/**
 * What a target can do: run the vocabulary of platform/workload.ts. Components hold these interfaces and nothing else of a target.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesTargetChoice, Lifecycle } from "../platform/cluster.ts";
import type { CustomResource, DeclaredObject, LabelledTexts } from "../platform/custom-resource.ts";
import type { SecretName } from "../platform/secrets.ts";
import type { Versions } from "../platform/worker-versions.ts";
import type { Ports, Task, Workload } from "../platform/workload.ts";

/** Where the value of a secret comes from: the program has it, or a key of a Kubernetes Secret that is there already. */
export type SecretSource =
  | { readonly kind: "value"; readonly value: pulumi.Output<string> }
  | { readonly kind: "existing"; readonly name: string; readonly key: string };

/** The secrets that workloads and tasks name. */
export type Secrets = Readonly<Partial<Record<SecretName, SecretSource>>>;

/** Where in the resource tree something is made, and what must be there first. */
export interface DeployOptions {
  readonly parent: pulumi.Resource;
  readonly secrets?: Secrets;
  readonly dependsOn?: readonly pulumi.Resource[];
  /** What it is stopped with, see {@link ContainerTarget.stopTogether}. */
  readonly stoppedWith?: pulumi.Resource;
}

/** The same for a worker with versions, which the program has while the cluster is stopped as well, so that none of them is forgotten. */
export interface VersionsOptions extends DeployOptions {
  /** The cluster's frontend, running or stopped. */
  readonly temporal: pulumi.ProviderResource;
  /** Nothing runs while it is stopped, and secrets whose values are not known are left out. */
  readonly lifecycle: Lifecycle;
}

/** Resources that are there, and healthy or completed, before what depends on them is made. */
export type Ready = readonly pulumi.Resource[];

/** Where users reach a port. */
export interface Address {
  /** As host:port. */
  readonly authority: pulumi.Output<string>;
  /** Whether TLS is spoken there, or everything goes in clear. */
  readonly transport: "tls" | "cleartext";
}

/** The addresses of a workload's ports by the ports' names; optional where the port is. */
export type Addresses<P extends Ports> = { readonly [Name in keyof P]: Address };

/** Workloads that stop at the same time when all of them go. */
export type StopGroup =
  /** The cluster itself. Nobody stays to whom its parts could hand work over, so that a target may give them less time than their own. */
  | { readonly kind: "cluster" }
  /** The users' workers; each has its own time, which is at most this, in seconds. */
  | { readonly kind: "workers"; readonly longestGraceSeconds: number };

/** What a target made of a workload. */
export interface Deployed<P extends Ports> {
  readonly ready: Ready;
  /** Where users reach each port: from outside when it is exposed, else from inside the cluster's network. */
  readonly addresses: Addresses<P>;
}

/** A place for one cluster on a Docker engine or in a Kubernetes cluster. */
export interface Target {
  /** Makes the place itself: a network, a namespace. */
  open(deploy: DeployOptions): OpenTarget;
}

/** An opened target of either kind; what only one of them can do is there after a look at `kind`. */
export type OpenTarget = OpenDockerTarget | OpenKubernetesTarget;

/** An opened target on a Docker engine. It has no operators. */
export interface OpenDockerTarget extends ContainerTarget {
  readonly kind: "docker";
}

/** An opened target in a Kubernetes cluster. */
export interface OpenKubernetesTarget extends ContainerTarget {
  readonly kind: "kubernetes";

  /** The Kubernetes cluster, and what it is asked for. */
  readonly choice: KubernetesTargetChoice;

  /** Makes an object of which an operator makes pods; ready when the operator says that it can be used. */
  customResource(object: CustomResource, deploy: DeployOptions): Ready;

  /** Makes an object that somebody's operator reads; nothing tells when it has. */
  declare(object: DeclaredObject, deploy: DeployOptions): Ready;

  /** Puts texts where somebody's program finds them; nothing tells when it has. */
  offer(texts: LabelledTexts, deploy: DeployOptions): Ready;
}

/** What opened targets of every kind can do. */
interface ContainerTarget {
  /** The place itself. */
  readonly ready: Ready;

  /** The part of the place that goes last. */
  readonly place: pulumi.Resource;

  /**
   * Lets the workloads that name the resource in `stoppedWith` stop at the same time when all of them go, and not in the reverse of the order
   * in which they started. It comes after what they need until their end, such as a database.
   */
  stopTogether(group: StopGroup, deploy: DeployOptions): pulumi.Resource;

  /** Keeps the volumes of a workload although the workload does not run; its addresses are as far as they are known without it. */
  keep<P extends Ports>(workload: Workload<P>, deploy: DeployOptions): Deployed<P>;

  /** Runs a workload with all its replicas and volumes; ready when every replica is healthy. */
  run<P extends Ports>(workload: Workload<P>, deploy: DeployOptions): Deployed<P>;

  /**
   * Runs a worker that has versions: the one that its description is now, beside older ones which workflows still need. Ready when the new one has come as
   * far as its rollout says.
   */
  runVersions(workload: Workload, versions: Versions, deploy: VersionsOptions): Ready;

  /** Runs a task to completion; a failed task fails the deployment and runs again in the next one. */
  complete(task: Task, deploy: DeployOptions): Ready;
}
