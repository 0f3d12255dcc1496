/**
 * What a target can do: run the vocabulary of platform/workload.ts. Components hold this interface and nothing else of a target.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Task, Workload } from "../platform/workload.ts";

/** Values of the secrets that workloads and tasks name. */
export type Secrets = Readonly<Record<string, pulumi.Output<string>>>;

/** Where in the resource tree something is made, and what must be there first. */
export interface Placement {
  readonly parent: pulumi.Resource;
  readonly secrets?: Secrets;
  readonly dependsOn?: readonly pulumi.Resource[];
}

/** Resources that are there, and healthy or completed, before what depends on them is made. */
export type Ready = readonly pulumi.Resource[];

/** A place for one cluster on a Docker engine or in a Kubernetes cluster. */
export interface Target {
  /** Makes the place itself: a network, a namespace. Called once, before anything else. */
  open(placement: Placement): Ready;

  /** Keeps the volumes of a workload although the workload does not run. */
  keep(workload: Workload, placement: Placement): Ready;

  /** Runs a workload with all its replicas and volumes; ready when every replica is healthy. */
  run(workload: Workload, placement: Placement): Ready;

  /** Runs a task to completion; a failed task fails the deployment and runs again in the next one. */
  complete(task: Task, placement: Placement): Ready;

  /** The address, as host:port, at which users reach a published port of a workload. */
  address(workload: Workload, port: string): pulumi.Output<string>;
}
