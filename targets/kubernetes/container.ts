/**
 * The container of a workload or task.
 */
import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../../platform/images.ts";
import {
  type Capability,
  type ContainerSpec,
  ownAddress,
  type Resources,
} from "../../platform/workload.ts";
import type { Files } from "./files.ts";
import type { Place } from "./place.ts";

type Container = kubernetes.types.input.core.v1.Container;

/** Key of a Kubernetes Secret. */
export interface SecretKeyReference {
  readonly name: pulumi.Input<string>;
  readonly key: string;
}

/** Finds the Kubernetes Secret of a secret by the name that a component gave it. */
export type SecretFinder = (secret: string) => SecretKeyReference;

/** Processor time that is set aside for a container of which nobody has said more, in cores. */
const defaultCpuRequest = 0.1;

/** Size of a directory in memory, which counts towards the container's limit. */
const scratchSize = "64Mi";

/** The container without what only workloads have, such as probes. */
export function containerOf(
  spec: ContainerSpec,
  place: Place,
  files: Files | undefined,
  secret: SecretFinder,
  capabilities: readonly Capability[] = [],
): Container {
  return {
    name: spec.name,
    image: imageReference(spec.image, place.registry),
    imagePullPolicy: "IfNotPresent",
    command: [...spec.command],
    env: [
      ...Object.entries(spec.environment).map(([name, value]) =>
        typeof value === "string"
          ? { name, value }
          : { name, valueFrom: { secretKeyRef: { ...secret(value.secret) } } },
      ),
      { name: ownAddress, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ],
    resources: resourcesOf(spec.resources),
    volumeMounts: [
      ...(files?.mounts ?? []),
      ...(spec.liveDirectories ?? []).map(({ name, path }) => ({
        name,
        mountPath: path,
        readOnly: true,
      })),
      ...spec.mounts.map(({ volume, path }) => ({ name: volume.name, mountPath: path })),
      ...spec.scratch.map((path, index) => ({ name: scratchName(index), mountPath: path })),
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: {
        drop: ["ALL"],
        ...(capabilities.length === 0 ? {} : { add: [...capabilities] }),
      },
    },
    // The end of the log goes into the pod's status, from where the deployment's error takes it.
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** The directories in memory of a container, as volumes of its pod. */
export function scratchVolumes({
  scratch,
}: ContainerSpec): kubernetes.types.input.core.v1.Volume[] {
  return scratch.map((_path, index) => ({
    name: scratchName(index),
    emptyDir: { medium: "Memory", sizeLimit: scratchSize },
  }));
}

/** Memory is set aside in full, so that no node promises the same memory twice; processor time is what can be shared. */
function resourcesOf({ memoryMiB, cpus, cpuRequest }: Resources): Container["resources"] {
  const memory = `${String(memoryMiB)}Mi`;
  return {
    requests: { memory, cpu: millicores(cpuRequest ?? Math.min(defaultCpuRequest, cpus ?? 1)) },
    limits: { memory, ...(cpus === undefined ? {} : { cpu: millicores(cpus) }) },
  };
}

function millicores(cores: number): string {
  return `${String(Math.round(cores * 1000))}m`;
}

function scratchName(index: number): string {
  return `scratch-${String(index)}`;
}
