/**
 * Files of a container on Kubernetes: a ConfigMap that never changes. Another content is another ConfigMap with another name, which
 * replaces the pods that use it and no others.
 */
import { posix } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import type { ContainerSpec, File, LiveDirectory, Task } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { Placement } from "../target.ts";
import { metadata, type Place, unnamed } from "./place.ts";

/** How a pod sees its files. */
export interface Files {
  readonly volumes: readonly kubernetes.types.input.core.v1.Volume[];
  readonly mounts: readonly kubernetes.types.input.core.v1.VolumeMount[];
}

/**
 * Makes the ConfigMap of a container's files; undefined when it has none. It comes after what the placement comes after: what was refused
 * there leaves the pods and their files as they are.
 */
export function filesOf(
  { name, files }: ContainerSpec,
  place: Place,
  placement: Placement,
): Files | undefined {
  if (files.length === 0) return undefined;
  const configMap = new kubernetes.core.v1.ConfigMap(
    prefixed(place.owner, name, "files"),
    {
      metadata: unnamed(place, name),
      immutable: true,
      data: Object.fromEntries(files.map((file) => [keyOf(file), file.content])),
    },
    optionsOf(placement),
  );
  const directories = Map.groupBy(files, ({ path }) => posix.dirname(path));
  const volumes = [...directories].map(([directory, members], index) => ({
    directory,
    volume: {
      name: `files-${String(index)}`,
      configMap: {
        name: configMap.metadata.name,
        defaultMode: 0o444,
        items: members.map((file) => ({ key: keyOf(file), path: posix.basename(file.path) })),
      },
    },
  }));
  return {
    volumes: volumes.map(({ volume }) => volume),
    mounts: volumes.map(({ directory, volume }) => ({
      name: volume.name,
      mountPath: directory,
      readOnly: true,
    })),
  };
}

/**
 * Makes the ConfigMap of a directory that changes under its readers, with the files that a task has there. It keeps its name: the kubelet gives
 * the pods that mount it another content within a minute or two, in one step (kubernetes.io, "Mounted ConfigMaps are updated automatically").
 */
export function publish(
  task: Task,
  directory: LiveDirectory,
  place: Place,
  placement: Placement,
): kubernetes.core.v1.ConfigMap {
  const files = task.files.filter(({ path }) => posix.dirname(path) === directory.path);
  return new kubernetes.core.v1.ConfigMap(
    prefixed(place.owner, directory.name),
    {
      metadata: metadata(place, directory.name, task.name),
      data: Object.fromEntries(files.map(({ path, content }) => [posix.basename(path), content])),
    },
    optionsOf(placement),
  );
}

/** The directories that change under a container, as volumes of its pod. */
export function liveVolumes({
  liveDirectories = [],
}: ContainerSpec): kubernetes.types.input.core.v1.Volume[] {
  return liveDirectories.map(({ name }) => ({ name, configMap: { name, defaultMode: 0o444 } }));
}

/** A key that a ConfigMap may have. */
function keyOf({ path }: File): string {
  return path.slice(1).replaceAll("/", ".");
}
