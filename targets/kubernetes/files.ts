/**
 * Files of a container on Kubernetes: an immutable ConfigMap whose name has the hash of its content, so that a changed file is another
 * name in the pods that use it, and they alone are replaced.
 */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import type * as kubernetes from "@pulumi/kubernetes";
import type { ContainerSpec, File } from "../../platform/workload.ts";

/** The files of a container as an object's data, and how the pod sees them. */
export interface Files {
  /** Name of the ConfigMap. */
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
  readonly volumes: readonly kubernetes.types.input.core.v1.Volume[];
  readonly mounts: readonly kubernetes.types.input.core.v1.VolumeMount[];
}

/** How a container with these files is described; undefined when it has none. */
export function filesOf({ name, files }: ContainerSpec): Files | undefined {
  if (files.length === 0) return undefined;
  const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 10);
  const configMap = `${name}-files-${hash}`;
  const directories = Map.groupBy(files, ({ path }) => posix.dirname(path));
  const volumes = [...directories].map(([directory, members], index) => ({
    directory,
    volume: {
      name: `files-${String(index)}`,
      configMap: {
        name: configMap,
        defaultMode: 0o444,
        items: members.map((file) => ({ key: keyOf(file), path: posix.basename(file.path) })),
      },
    },
  }));
  return {
    name: configMap,
    data: Object.fromEntries(files.map((file) => [keyOf(file), file.content])),
    volumes: volumes.map(({ volume }) => volume),
    mounts: volumes.map(({ directory, volume }) => ({
      name: volume.name,
      mountPath: directory,
      readOnly: true,
    })),
  };
}

/** A key that a ConfigMap may have. */
function keyOf({ path }: File): string {
  return path.slice(1).replaceAll("/", ".");
}
