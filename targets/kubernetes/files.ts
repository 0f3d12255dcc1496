/**
 * Files of a container on Kubernetes. Texts are a ConfigMap that never changes: another content is another ConfigMap with another name, which
 * replaces the pods that use it and no others.
 */
import { posix } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import type { ContainerSpec, File, LiveDirectory, Task } from "../../platform/workload.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { DeployOptions } from "../target.ts";
import type { SecretFinder, SecretKeyReference } from "./container.ts";
import { metadata, type TargetContext, takenBack, unnamed } from "./context.ts";

/** How a pod sees its files. */
export interface Files {
  readonly volumes: readonly kubernetes.types.input.core.v1.Volume[];
  readonly mounts: readonly kubernetes.types.input.core.v1.VolumeMount[];
}

/** A volume and where a container sees it. */
interface Mounted {
  readonly volume: kubernetes.types.input.core.v1.Volume;
  readonly directory: string;
}

/** How a pod's programs may read their files. */
const defaultMode = 0o444;

/**
 * Makes what a container's files come from; undefined when it has none. It comes after what the containers come after: what was refused
 * there leaves the pods and their files as they are.
 */
export function filesOf(
  { name, files }: ContainerSpec,
  context: TargetContext,
  deploy: DeployOptions,
  secret: SecretFinder,
): Files | undefined {
  const mounted = [
    ...textsOf(name, files, context, deploy),
    ...files.flatMap(({ path, content }) =>
      typeof content === "string" ? [] : [secretFile(path, secret(content.secret))],
    ),
  ];
  if (mounted.length === 0) return undefined;
  return {
    volumes: mounted.map(({ volume }) => volume),
    mounts: mounted.map(({ directory, volume }) => ({
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
  context: TargetContext,
  deploy: DeployOptions,
): kubernetes.core.v1.ConfigMap {
  const files = textsIn(task.files.filter(({ path }) => posix.dirname(path) === directory.path));
  return new kubernetes.core.v1.ConfigMap(
    prefixed(context.owner, directory.name),
    {
      metadata: metadata(context, directory.name, task.name, takenBack),
      data: Object.fromEntries(files.map(({ path, content }) => [posix.basename(path), content])),
    },
    optionsOf(deploy),
  );
}

/** The directories that change under a container, as volumes of its pod. */
export function liveVolumes({
  liveDirectories = [],
}: ContainerSpec): kubernetes.types.input.core.v1.Volume[] {
  return liveDirectories.map(({ name }) => ({ name, configMap: { name, defaultMode } }));
}

/** The files that are no secrets. */
function textsIn(
  files: readonly File[],
): readonly { readonly path: string; readonly content: string }[] {
  return files.flatMap(({ path, content }) =>
    typeof content === "string" ? [{ path, content }] : [],
  );
}

function textsOf(
  name: string,
  files: readonly File[],
  context: TargetContext,
  deploy: DeployOptions,
): Mounted[] {
  const texts = textsIn(files);
  if (texts.length === 0) return [];
  const configMap = new kubernetes.core.v1.ConfigMap(
    prefixed(context.owner, name, "files"),
    {
      metadata: unnamed(context, name),
      immutable: true,
      data: Object.fromEntries(texts.map((file) => [keyOf(file), file.content])),
    },
    optionsOf(deploy),
  );
  const directories = Map.groupBy(texts, ({ path }) => posix.dirname(path));
  return [...directories].map(([directory, members], index) => ({
    directory,
    volume: {
      name: `files-${index}`,
      configMap: {
        name: configMap.metadata.name,
        defaultMode,
        items: members.map((file) => ({ key: keyOf(file), path: posix.basename(file.path) })),
      },
    },
  }));
}

/** A file that is a key of a Secret. A directory is mounted and not the file, since the kubelet changes only directories afterwards. */
function secretFile(path: string, { name, key }: SecretKeyReference): Mounted {
  return {
    directory: posix.dirname(path),
    volume: {
      name: posix.basename(posix.dirname(path)),
      // No other key of it is anybody's business.
      secret: { secretName: name, defaultMode, items: [{ key, path: posix.basename(path) }] },
    },
  };
}

/** A key that a ConfigMap may have. */
function keyOf({ path }: Pick<File, "path">): string {
  return path.slice(1).replaceAll("/", ".");
}
