/**
 * The pod of a workload or task: what passes the `restricted` Pod Security Standard (kubernetes.io, "Pod Security Standards"), and where
 * it may run.
 */
import type * as kubernetes from "@pulumi/kubernetes";
import { defined } from "../../platform/defined.ts";
import type { Toleration } from "../../platform/cluster.ts";
import {
  type ContainerSpec,
  portsOf,
  type Task,
  taskStopGraceSeconds,
  type Workload,
} from "../../platform/workload.ts";
import { containerOf, scratchVolumes, type SecretFinder } from "./container.ts";
import { type Files, liveVolumes } from "./files.ts";
import { probesOf } from "./health.ts";
import { objectLabels, type TargetContext, podSelector } from "./context.ts";

type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type PodTemplate = kubernetes.types.input.core.v1.PodTemplateSpec;
type Lifecycle = kubernetes.types.input.core.v1.Lifecycle;
type PodSecurityContext = kubernetes.types.input.core.v1.PodSecurityContext;

/**
 * How long a pod behind a balanced Service still takes requests when it is about to end, in seconds: nodes and balancers learn only after a
 * moment that it is going, and what they send meanwhile would be refused. Members of the ring tell each other.
 */
const leaveSeconds = 5;

/**
 * How long a pod stays on a node that does not answer before another one is made elsewhere, in seconds; Kubernetes' own default is 300. A pod with
 * a volume has the default: its controller makes no other while the node may still run it (runbook failures.md).
 */
const nodeLossSeconds = 30;

/** The user's tolerations, and {@link nodeLossSeconds} for nodes that are lost, where the user says nothing of them. */
function withNodeLoss(tolerations: readonly Toleration[]): Toleration[] {
  const lost = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
  const own = lost
    .filter((key) => tolerations.every((one) => one.key !== undefined && one.key !== key))
    .map((key): Toleration => ({
      ...{ key, operator: "Exists", effect: "NoExecute" },
      tolerationSeconds: nodeLossSeconds,
    }));
  return [...tolerations, ...own];
}

/** The pods of a workload. */
export function workloadPod(
  workload: Workload,
  context: TargetContext,
  files: Files | undefined,
  secret: SecretFinder,
): PodTemplate {
  const base = podOf(workload, context, files, metricsAnnotations(workload));
  const container = containerOf(workload, context, files, secret);
  return {
    metadata: base.metadata,
    spec: {
      ...base.spec,
      terminationGracePeriodSeconds: workload.stopGraceSeconds + leaveSeconds,
      ...(workload.mounts.length > 0
        ? {}
        : { tolerations: withNodeLoss(context.choice.scheduling.tolerations) }),
      containers: [
        {
          ...container,
          ports: portsOf(workload).map(({ name, port }) => ({ name, containerPort: port })),
          ...probesOf(workload),
          ...lifecycleOf(workload),
        },
      ],
      // With one replica, too: another number of them must not replace the pods that are there.
      ...spread(workload, context),
    },
  };
}

/** The pod of a task. */
export function taskPod(
  task: Task,
  context: TargetContext,
  files: Files | undefined,
  secret: SecretFinder,
): PodTemplate {
  const base = podOf(task, context, files, {});
  return {
    metadata: base.metadata,
    spec: {
      ...base.spec,
      restartPolicy: "Never",
      // A shell that is a pod's first process does not end by SIGTERM.
      terminationGracePeriodSeconds:
        task.interruption === "finish" ? task.timeoutSeconds : taskStopGraceSeconds,
      containers: [containerOf(task, context, files, secret)],
    },
  };
}

/** By which a Prometheus finds what to scrape; a convention of its example config for Kubernetes. */
function metricsAnnotations({ annotatedMetrics: metrics }: Workload): Record<string, string> {
  return metrics === undefined
    ? {}
    : {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(metrics.port),
        "prometheus.io/path": metrics.path,
      };
}

function podOf(
  spec: ContainerSpec,
  context: TargetContext,
  files: Files | undefined,
  ownAnnotations: Readonly<Record<string, string>>,
): {
  readonly metadata: kubernetes.types.input.meta.v1.ObjectMeta;
  readonly spec: Omit<PodSpec, "containers">;
} {
  const { scheduling, imagePullSecrets, podAnnotations } = context.choice;
  const { nodeSelector, tolerations, priorityClass } = scheduling;
  const annotations = { ...ownAnnotations, ...podAnnotations };
  return {
    metadata: {
      labels: objectLabels(context, spec.name),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      serviceAccountName: context.serviceAccount,
      automountServiceAccountToken: false,
      // Variables such as UI_PORT=tcp://… would be taken for settings.
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        ...userIds(spec, context),
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      volumes: [...(files?.volumes ?? []), ...liveVolumes(spec), ...scratchVolumes(spec)],
      ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
      ...(tolerations.length === 0 ? {} : { tolerations: [...tolerations] }),
      ...defined({ priorityClassName: priorityClass }),
      ...(imagePullSecrets.length === 0
        ? {}
        : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    },
  };
}

/** Whom a pod runs as, and whose its volumes are; nobody where the namespace says so: an admission rule adds what it wants. */
function userIds({ image }: ContainerSpec, { choice }: TargetContext): PodSecurityContext {
  if (choice.userIds === "namespace") return {};
  const { uid, gid } = image.user;
  return { runAsUser: uid, runAsGroup: gid, fsGroup: gid };
}

/** Replicas go to different zones and nodes where there are any; a cluster with one node runs them all the same. */
function spread(
  workload: Workload,
  context: TargetContext,
): Pick<PodSpec, "topologySpreadConstraints" | "affinity"> {
  const labelSelector = podSelector(context, workload.name);
  return {
    topologySpreadConstraints: [
      {
        topologyKey: "topology.kubernetes.io/zone",
        maxSkew: 1,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector,
      },
    ],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector },
          },
        ],
      },
    },
  };
}

/**
 * What happens before the kubelet sends the image's own signal, which is SIGTERM where the image names none. A program that wants another signal
 * gets it here: pods have one signal for all until Kubernetes' own `stopSignal` is out of alpha.
 */
function lifecycleOf({ stopSignal, discovery }: Workload): { readonly lifecycle?: Lifecycle } {
  if (stopSignal === "SIGINT") {
    const command = ["/bin/sh", "-c", "kill -s INT 1"];
    return { lifecycle: { preStop: { exec: { command } } } };
  }
  return discovery === "balanced"
    ? { lifecycle: { preStop: { sleep: { seconds: leaveSeconds } } } }
    : {};
}
