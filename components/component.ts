/**
 * The base of every component of this program.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../platform/cluster.ts";
import type { DeployOptions, OpenTarget, Ready, Secrets } from "../targets/target.ts";

/** Arguments of a component that is one part of a cluster. */
export interface PartArgs {
  readonly cluster: Cluster;
  /** Where it runs. */
  readonly target: OpenTarget;
  /** What must be there before it. */
  readonly after: Ready;
}

/** Arguments of a part that runs only while the cluster does. */
export interface RunningPartArgs extends PartArgs {
  /** What its workloads are stopped with, all at the same time. */
  readonly stoppedWith: pulumi.Resource;
}

/** Arguments of a part that talks to the database. */
export interface DatabasePartArgs extends PartArgs {
  /** The secrets with which it connects. */
  readonly secrets: Secrets;
}

/** Gives a component its token `temporal:<module>:<Name>` and its children their parent, so that an orphan cannot be made. */
export abstract class Component extends pulumi.ComponentResource {
  /**
   * @param token Module and name, such as `server:Roles`.
   * @param name Name of the resource, unique in the stack.
   */
  protected constructor(
    token: `${string}:${string}`,
    name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(`temporal:${token}`, name, {}, opts);
  }

  /** Where a child of this component goes. */
  protected place(more: Omit<DeployOptions, "parent"> = {}): DeployOptions {
    return { parent: this, ...more };
  }
}
