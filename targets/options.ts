/**
 * Resource options that every target gives.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { DataPolicy } from "../platform/workload.ts";
import type { DeployOptions } from "./target.ts";

/** Resource options of what is deployed, with more on top. */
export function optionsOf(
  deploy: DeployOptions,
  more: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return {
    parent: deploy.parent,
    ...(deploy.dependsOn === undefined ? {} : { dependsOn: [...deploy.dependsOn] }),
    ...more,
  };
}

/** Options of what runs a workload: what it is stopped with sees to its end. */
export function runningOptions({ stoppedWith }: DeployOptions): pulumi.CustomResourceOptions {
  return stoppedWith === undefined ? {} : { deletedWith: stoppedWith };
}

/** Options of a resource that holds data. */
export function dataOptions(policy: DataPolicy): pulumi.CustomResourceOptions {
  switch (policy) {
    case "delete":
      return {};
    case "keep":
      return { retainOnDelete: true };
    case "protect":
      return { protect: true };
  }
}

/** A duration as the engine's time-outs take it. */
export function seconds(count: number): string {
  return `${count}s`;
}
