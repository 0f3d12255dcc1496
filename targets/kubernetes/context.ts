/**
 * What every object of a cluster in Kubernetes needs to know about its place.
 */
import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesTargetChoice } from "../../platform/cluster.ts";
import { labels, type Owner } from "../../platform/labels.ts";

/** One cluster's place in a Kubernetes cluster. */
export interface TargetContext {
  readonly owner: Owner;
  readonly choice: KubernetesTargetChoice;
  /** Name of the namespace, known when it is there. */
  readonly namespace: pulumi.Input<string>;
  /** Name of the service account of all pods; it has no rights and no token. */
  readonly serviceAccount: pulumi.Input<string>;
}

type ObjectMeta = kubernetes.types.input.meta.v1.ObjectMeta;

/** Labels of an object: the user's, and the platform's on top. */
export function objectLabels(
  { choice, owner }: Pick<TargetContext, "choice" | "owner">,
  component?: string,
): Record<string, string> {
  return { ...choice.labels, ...labels(owner, component) };
}

/** Labels by which the pods of a workload or task are chosen; they never change. */
export function podSelector(
  { owner }: Pick<TargetContext, "owner">,
  component?: string,
): {
  matchLabels: Record<string, string>;
} {
  const all = labels(owner, component);
  const chosen = ["app.kubernetes.io/instance", "app.kubernetes.io/component"];
  return {
    matchLabels: Object.fromEntries(Object.entries(all).filter(([key]) => chosen.includes(key))),
  };
}

/**
 * Metadata of an object of a component.
 *
 * @param more Labels besides those that every object has.
 */
export function metadata(
  context: TargetContext,
  name: string,
  component: string,
  annotations: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, string>> = {},
): ObjectMeta {
  return { name, ...unnamed(context, component, annotations, more) };
}

/**
 * Metadata of an object that the provider names: its logical name and random digits. One that never changes in place has another name
 * after every change, so that old and new are there side by side, also when a deployment failed in between and is taken back.
 *
 * @param component Undefined for what belongs to the whole cluster.
 */
export function unnamed(
  context: TargetContext,
  component?: string,
  annotations: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, string>> = {},
): ObjectMeta {
  return {
    namespace: context.namespace,
    labels: { ...objectLabels(context, component), ...more },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/** Tells the provider to wait for a condition of an object's status (pulumi-kubernetes, CHANGELOG, "pulumi.com/waitFor"). */
export function awaited(condition: string): Readonly<Record<string, string>> {
  return { "pulumi.com/waitFor": `condition=${condition}` };
}

/** Tells the provider not to wait for an object whose readiness somebody else brings about. */
export const notAwaited = { "pulumi.com/skipAwait": "true" } as const;

/**
 * Tells the provider that an object's fields are the program's, whoever has set them since, such as `kubectl scale` or an autoscaler that is no
 * more; the server would refuse the change as a conflict (kubernetes.io, "Server-Side Apply").
 */
export const takenBack = { "pulumi.com/patchForce": "true" } as const;
