/**
 * What every resource of a cluster on a Docker engine needs to know about its place.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { DockerTargetChoice } from "../../platform/cluster.ts";
import type { Owner } from "../../platform/labels.ts";
import type { EnvironmentValue } from "../../platform/workload.ts";
import type { Network } from "../../providers/temporal/sdk.ts";
import type { Secrets } from "../target.ts";

/** One cluster's place on an engine. */
export interface TargetContext {
  readonly owner: Owner;
  readonly choice: DockerTargetChoice;
  readonly network: Network;
}

/** The labels as the Docker provider takes them. */
export function dockerLabels(
  labels: Readonly<Record<string, string>>,
): { readonly label: string; readonly value: string }[] {
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}

/**
 * The value of an environment variable.
 *
 * @throws Error when it names a secret that the component did not hand over.
 */
export function environmentValue(value: EnvironmentValue, secrets: Secrets): pulumi.Input<string> {
  if (typeof value === "string") return value;
  const secret = secrets[value.secret];
  if (secret?.kind !== "value")
    throw new Error(`the secret ${value.secret} is named but not given`);
  return secret.value;
}
