/**
 * Pods of a recorded program, as Kubernetes would get them.
 */
import type { Recorded, Recording } from "./harness.ts";

type Json = Readonly<Record<string, unknown>>;

/** The parts of a container that tests look at. */
export interface Container extends Json {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string }[];
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly securityContext?: Json & { readonly capabilities?: Readonly<Record<string, string[]>> };
  readonly startupProbe?: Json;
  readonly readinessProbe?: Json;
  readonly livenessProbe?: Json;
  readonly lifecycle?: Json;
}

/** The parts of a pod that tests look at. */
export interface PodSpec extends Json {
  readonly containers: readonly Container[];
  readonly securityContext?: Json & { readonly seccompProfile?: { readonly type?: string } };
  readonly volumes?: readonly Json[];
  readonly terminationGracePeriodSeconds?: number;
}

/** A controller or job and the pod that it makes. */
export interface Pod {
  /** What it is for, such as `history`. */
  readonly component: string;
  readonly owner: Recorded;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

interface Template {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PodSpec;
}

/** All pods of a program, by what they are for. */
export function podsOf(program: Recording): readonly Pod[] {
  const owners = ["apps/v1:Deployment", "apps/v1:StatefulSet", "batch/v1:Job"].flatMap((type) =>
    program.ofType(`kubernetes:${type}`),
  );
  return owners.map((owner) => {
    const { template } = owner.inputs["spec"] as { template: Template };
    return {
      component: template.metadata.labels["app.kubernetes.io/component"] ?? "",
      owner,
      labels: template.metadata.labels,
      annotations: template.metadata.annotations ?? {},
      spec: template.spec,
    };
  });
}

/** Volumes that the standard allows. */
const volumes = ["configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret", "name"];

/** What a pod does that the `restricted` Pod Security Standard forbids (kubernetes.io, "Pod Security Standards"). */
export function violations(spec: PodSpec): string[] {
  const found: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) found.push(what);
  };
  for (const host of ["hostNetwork", "hostPID", "hostIPC"]) must(spec[host] !== true, host);
  const { securityContext: pod = {} } = spec;
  must(pod["runAsNonRoot"] === true, "runAsNonRoot");
  must(pod["runAsUser"] !== 0, "runAsUser");
  must(pod.seccompProfile?.type === "RuntimeDefault", "seccompProfile");
  for (const volume of spec.volumes ?? []) {
    must(
      Object.keys(volume).every((key) => volumes.includes(key)),
      "volumes",
    );
  }
  for (const { name, securityContext: own = {}, ports } of spec.containers) {
    must(own["privileged"] !== true, `${name}: privileged`);
    must(own["runAsNonRoot"] !== false && own["runAsUser"] !== 0, `${name}: runAsNonRoot`);
    must(own["allowPrivilegeEscalation"] === false, `${name}: allowPrivilegeEscalation`);
    must(own.capabilities?.["drop"]?.includes("ALL") === true, `${name}: capabilities.drop`);
    const added = own.capabilities?.["add"] ?? [];
    must(
      added.every((capability) => capability === "NET_BIND_SERVICE"),
      `${name}: capabilities.add`,
    );
    const hostPorts = (ports as readonly Json[] | undefined)?.some((port) => "hostPort" in port);
    must(hostPorts !== true, `${name}: hostPort`);
  }
  return found;
}
