/**
 * The groups of workloads that an opened target stops at the same time, and the labels by which each finds its members.
 */
import type * as pulumi from "@pulumi/pulumi";
import { stoppedTogether } from "../platform/labels.ts";
import type { DeployOptions, StopGroup } from "./target.ts";

/** Labels of what is in a group. */
export type GroupLabels = Readonly<Record<string, string>>;

/** Names of the groups' resources. */
export const groupNames = { cluster: "workloads", workers: "workers" } as const;

/** The groups of one opened target. */
export class StopGroups {
  readonly #labels = new Map<pulumi.Resource, GroupLabels>();

  /** Remembers a group that was made. */
  add<R extends pulumi.Resource>({ kind }: StopGroup, made: R): R {
    this.#labels.set(made, stoppedTogether[kind]);
    return made;
  }

  /** Labels by which the group of a workload finds it; none for one that is in no group. */
  labelsOf({ stoppedWith }: DeployOptions): GroupLabels {
    if (stoppedWith === undefined) return {};
    const labels = this.#labels.get(stoppedWith);
    if (labels === undefined)
      throw new Error("a group is the target's own that stops the workload");
    return labels;
  }
}
