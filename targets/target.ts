/**
 * What a target can do: run the vocabulary of platform/workload.ts. Components hold this interface and nothing else of a target.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { CustomResource } from "../platform/custom-resource.ts";
import type { Task, Workload } from "../platform/workload.ts";

/** Where the value of a secret comes from: the program has it, or a key of a Kubernetes Secret that is there already. */
export type SecretSource =
  | { readonly kind: "value"; readonly value: pulumi.Output<string> }
  | { readonly kind: "existing"; readonly name: string; readonly key: string };

/** The secrets that workloads and tasks name. */
export type Secrets = Readonly<Record<string, SecretSource>>;

/** Where in the resource tree something is made, and what must be there first. */
export interface DeployOptions {
  readonly parent: pulumi.Resource;
  readonly secrets?: Secrets;
  readonly dependsOn?: readonly pulumi.Resource[];
  /** What it is stopped with, see {@link Target.stopTogether}. */
  readonly stoppedWith?: pulumi.Resource;
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

/** A place for one cluster on a Docker engine or in a Kubernetes cluster. */
export interface Target {
  /** Makes the place itself: a network, a namespace. Called once, before anything else. */
  open(placement: DeployOptions): Ready;

  /**
   * Lets the workloads that name the resource in `stoppedWith` stop at the same time when all of them go, and not in the reverse of the order
   * in which they started. It comes after what they need until their end, such as a database.
   */
  stopTogether(placement: DeployOptions): pulumi.Resource;

  /** Keeps the volumes of a workload although the workload does not run. */
  keep(workload: Workload, placement: DeployOptions): Ready;

  /** Runs a workload with all its replicas and volumes; ready when every replica is healthy. */
  run(workload: Workload, placement: DeployOptions): Ready;

  /** Runs a task to completion; a failed task fails the deployment and runs again in the next one. */
  complete(task: Task, placement: DeployOptions): Ready;

  /**
   * Makes an object of which an operator makes pods; ready when the operator says that it can be used.
   *
   * @throws Error on a target that has no operators; config/ refuses what would need one there.
   */
  customResource(object: CustomResource, placement: DeployOptions): Ready;

  /** Where users reach a port of a workload, from outside when it is exposed, else from inside the cluster's network. */
  address(workload: Workload, port: string): Address;
}
