/**
 * How far an object has come, by its status. Sources: kubectl's rollout status (kubernetes/kubectl, pkg/polymorphichelpers) and the API
 * reference of each kind.
 */
import { type Manifest, metadataOf } from "../manifest.ts";

/** Whether an object is what it should be, or may become it. */
export type Progress =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly for: string }
  | { readonly state: "failed"; readonly why: string };

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Status {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly updatedReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly phase?: string;
  readonly message?: string;
  readonly loadBalancer?: { readonly ingress?: readonly unknown[] };
  readonly conditions?: readonly Condition[];
}

interface Spec {
  readonly replicas?: number;
  readonly type?: string;
  readonly updateStrategy?: { readonly type?: string };
}

interface Seen {
  readonly spec: Spec;
  readonly status: Status;
}

const ready: Progress = { state: "ready" };

/** A condition that the user waits for: the vendor's `condition=<type>`, or `condition=<type>=<status>`. */
const conditionForm = /^condition=([^=]+)(?:=(.+))?$/;

/** Whether {@link progressOf} knows what `pulumi.com/waitFor` says; of the vendor's forms it does not know JSONPath and lists. */
export function canWaitFor(said: string): boolean {
  return conditionForm.test(said);
}

/**
 * How far an object has come. Kinds that have nothing to wait for are ready as soon as they are there.
 *
 * @param waitFor What the user waits for instead, see {@link canWaitFor}.
 */
export function progressOf(object: Manifest, waitFor?: string): Progress {
  const status = (object["status"] ?? {}) as Status;
  const { generation = 0 } = metadataOf(object);
  const [, type, wanted = "True"] = conditionForm.exec(waitFor ?? "") ?? [];
  if (type !== undefined) {
    const { status: is, message } = condition(status, type) ?? {};
    if (is === wanted) return ready;
    const told = [status.phase, message].filter(Boolean).join(": ");
    return waiting(`its condition ${type} to be ${wanted}${told === "" ? "" : ` (${told})`}`);
  }
  const rule = rules[object.kind];
  if (rule === undefined) return ready;
  if (controlled.has(object.kind) && (status.observedGeneration ?? 0) < generation) {
    return waiting("its controller");
  }
  return rule({ spec: object["spec"] ?? {}, status });
}

/** Kinds whose controller says which of their descriptions its status is about. */
const controlled = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

const rules: Readonly<Record<string, (seen: Seen) => Progress>> = {
  Deployment: ({ spec: { replicas = 1 }, status }) => {
    const progressing = condition(status, "Progressing");
    if (progressing?.status === "False") return failed(progressing);
    return first(
      count("pods are up to date", status.updatedReplicas, replicas),
      count("pods are available", status.availableReplicas, replicas),
      (status.replicas ?? 0) > replicas ? waiting("old pods to end") : ready,
    );
  },
  StatefulSet: ({ spec: { replicas = 1, updateStrategy }, status }) =>
    first(
      (status.replicas ?? 0) > replicas ? waiting("pods that are too many to end") : ready,
      updateStrategy?.type === "OnDelete" || status.currentRevision === status.updateRevision
        ? ready
        : count("pods are up to date", status.updatedReplicas, replicas),
      count("pods are available", status.availableReplicas ?? status.readyReplicas, replicas),
    ),
  DaemonSet: ({ status: { desiredNumberScheduled: wanted = 0, ...status } }) =>
    first(
      count("pods are up to date", status.updatedNumberScheduled, wanted),
      count("pods are available", status.numberAvailable, wanted),
    ),
  Job: ({ status }) => {
    const failure = condition(status, "Failed");
    if (failure?.status === "True") return failed(failure);
    return condition(status, "Complete")?.status === "True" ? ready : waiting("its completion");
  },
  Pod: ({ status }) => {
    if (status.phase === "Failed") {
      return { state: "failed", why: status.message ?? "it failed" };
    }
    return status.phase === "Succeeded" || condition(status, "Ready")?.status === "True"
      ? ready
      : waiting("its readiness");
  },
  PersistentVolumeClaim: ({ status }) =>
    status.phase === "Bound" ? ready : waiting("a volume to be bound to it"),
  Service: ({ spec, status }) =>
    spec.type !== "LoadBalancer" || (status.loadBalancer?.ingress ?? []).length > 0
      ? ready
      : waiting("the address of a load balancer"),
  Namespace: ({ status }) => (status.phase === "Active" ? ready : waiting("it to be active")),
  CustomResourceDefinition: ({ status }) =>
    condition(status, "Established")?.status === "True" ? ready : waiting("it to be established"),
};

function condition({ conditions = [] }: Status, type: string): Condition | undefined {
  return conditions.find((one) => one.type === type);
}

function count(what: string, have = 0, wanted: number): Progress {
  return have >= wanted ? ready : waiting(`all pods: ${have} of ${wanted} ${what}`);
}

function waiting(what: string): Progress {
  return { state: "waiting", for: what };
}

function failed({ reason, message }: Condition): Progress {
  return { state: "failed", why: [reason, message].filter(Boolean).join(": ") };
}

/** The first that is not ready. */
function first(...all: readonly Progress[]): Progress {
  return all.find(({ state }) => state !== "ready") ?? ready;
}
