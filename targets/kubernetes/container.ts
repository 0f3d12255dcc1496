/**
 * The container of a workload or task.
 */
import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { podResources } from "../../platform/pod-resources.ts";
import type { SecretName } from "../../platform/secrets.ts";
import { type Command, type ContainerSpec, ownAddress } from "../../platform/workload.ts";
import type { Files } from "./files.ts";
import type { TargetContext } from "./context.ts";

type Container = kubernetes.types.input.core.v1.Container;

/** Key of a Kubernetes Secret. */
export interface SecretKeyReference {
  readonly name: pulumi.Input<string>;
  readonly key: string;
}

/** Finds the Kubernetes Secret of a secret by its name. */
export type SecretFinder = (secret: SecretName) => SecretKeyReference;

/** Size of a directory in memory, which counts towards the container's limit. */
const scratchSize = "64Mi";

/** The container without what only workloads have, such as probes. */
export function containerOf(
  spec: ContainerSpec,
  context: TargetContext,
  files: Files | undefined,
  secret: SecretFinder,
): Container {
  return {
    name: spec.name,
    image: spec.image.reference,
    imagePullPolicy: "IfNotPresent",
    ...startOf(spec.command),
    env: [
      ...Object.entries(spec.environment).map(([name, value]) =>
        typeof value === "string"
          ? { name, value }
          : { name, valueFrom: { secretKeyRef: { ...secret(value.secret) } } },
      ),
      { name: ownAddress, valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ],
    resources: podResources(spec.resources, context.choice.cpuLimits),
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
      capabilities: { drop: ["ALL"] },
    },
    // The end of the log goes into the pod's status, from where the deployment's error takes it.
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/** What takes the place of the image's own entry point and arguments; nothing where they are kept. */
function startOf(command: Command): Pick<Container, "command" | "args"> {
  if (!("kind" in command)) return { command: [...command] };
  return command.args.length === 0 ? {} : { args: [...command.args] };
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

function scratchName(index: number): string {
  return `scratch-${index}`;
}
