/**
 * A worker's version as a Deployment of Kubernetes.
 */
import type { V1Deployment } from "@kubernetes/client-node";
import type { KubernetesPlace, KubernetesSpec } from "./kubernetes-inputs.ts";
import { digestOf } from "./runner.ts";

/** Labels and annotations by which a worker's Deployments are known. */
export const workerLabel = "temporal-platform/worker";
export const buildIdLabel = "temporal-platform/build-id";
export const fingerprintAnnotation = "temporal-platform/fingerprint";

/** Longest name of a Deployment: its pods have a suffix, and their names are host names of at most 63 characters. */
const longestName = 63 - "-0123456789-01234".length;

/** What a Deployment is made from. */
export interface VersionObject {
  /** Of the worker. */
  readonly name: string;
  readonly buildId: string;
  readonly spec: KubernetesSpec;
  /** Variables of all versions, over those of the manifest, in every container. */
  readonly environment: Readonly<Record<string, string>>;
  /** Left out of the object when undefined, for whoever scales it. */
  readonly replicas: number | undefined;
  readonly place: KubernetesPlace;
  readonly fingerprint: string;
}

/** Name of a version's Deployment: the worker's and the build id, as far as they can stand in one. */
export function objectName(name: string, buildId: string): string {
  const wanted = `${name}-${buildId}`;
  const possible = wanted.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
  if (possible === wanted && wanted.length <= longestName) return wanted;
  // Different build ids have different names.
  const suffix = `-${digestOf(buildId).slice(0, 8)}`;
  return `${possible.slice(0, longestName - suffix.length).replace(/-+$/, "")}${suffix}`;
}

/** The Deployment. */
export function deploymentObject(
  version: VersionObject,
): V1Deployment & { readonly metadata: object } {
  const { name, buildId, spec, place, replicas, fingerprint } = version;
  const { manifest } = spec;
  const { template } = manifest.spec;
  const own = { [workerLabel]: name, [buildIdLabel]: buildId };
  const set = [
    ...Object.entries(version.environment).map(([key, value]) => ({ name: key, value })),
    ...Object.entries(place.secretVariables).map(([key, secret]) => ({
      name: key,
      valueFrom: { secretKeyRef: secret },
    })),
  ];
  const isSet = (variable: string): boolean => set.some(({ name: one }) => one === variable);
  const object: object = {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      name: objectName(name, buildId),
      namespace: place.namespace,
      labels: { ...manifest.metadata?.labels, ...place.labels, ...own },
      annotations: { ...manifest.metadata?.annotations, [fingerprintAnnotation]: fingerprint },
    },
    spec: {
      ...manifest.spec,
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: own },
      template: {
        ...template,
        metadata: {
          ...template.metadata,
          labels: { ...template.metadata?.labels, ...own },
        },
        spec: {
          ...template.spec,
          containers: template.spec.containers.map((container) => ({
            ...container,
            env: [...(container.env ?? []).filter((one) => !isSet(one.name)), ...set],
          })),
        },
      },
    },
  };
  return object as V1Deployment & { readonly metadata: object };
}
