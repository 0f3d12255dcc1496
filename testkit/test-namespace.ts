/**
 * A namespace of a real Kubernetes cluster for an end-to-end test; all that it needs is a kubeconfig.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";

/** How long a cluster may take to do what it was asked for, in milliseconds. */
const timeoutMs = 90_000;

/** What Kubernetes calls the restricted standard wants of each container. */
export const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
} as const;

/** A Kubernetes object as it is written in YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: object;
  readonly stringData?: Readonly<Record<string, string>>;
  /** Of a role. */
  readonly rules?: readonly object[];
  /** Of a binding: whose the role's rights are. */
  readonly roleRef?: object;
  readonly subjects?: readonly object[];
}

/** The part of an object that says how it goes. */
interface Progress {
  readonly metadata?: { readonly generation?: number };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly succeeded?: number;
    readonly failed?: number;
  };
}

/** A namespace under the restricted pod security standard. */
export class TestNamespace {
  readonly name: string;
  readonly #core: CoreV1Api;
  readonly #objects: KubernetesObjectApi;

  private constructor(config: KubeConfig, name: string) {
    this.name = name;
    this.#core = config.makeApiClient(CoreV1Api);
    this.#objects = KubernetesObjectApi.makeApiClient(config);
  }

  /** Makes the namespace in the cluster of a kubeconfig, or of its path. */
  static async create(kubeconfig: KubeConfig | string, name: string): Promise<TestNamespace> {
    const config = typeof kubeconfig === "string" ? new KubeConfig() : kubeconfig;
    if (typeof kubeconfig === "string") config.loadFromFile(kubeconfig);
    const made = new TestNamespace(config, name);
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await made.#apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    // A pod is refused before there is the account that it runs as.
    await until("the namespace has its account", async () => {
      const { items } = await made.#core.listNamespacedServiceAccount({ namespace: name });
      return items.length > 0;
    });
    return made;
  }

  /** Makes objects in the namespace, or changes them. */
  async apply(...manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) {
      await this.#apply({
        ...manifest,
        metadata: { ...manifest.metadata, namespace: this.name },
      } as Manifest);
    }
  }

  /** Waits until a workload has all its pods, of its newest description, and they are ready. */
  async ready(kind: "Deployment" | "StatefulSet", name: string): Promise<void> {
    await until(`${kind} ${name} is ready`, async () => {
      const { metadata, spec, status } = await this.#read("apps/v1", kind, name);
      const counts = [status?.replicas, status?.readyReplicas, status?.updatedReplicas];
      return (
        status?.observedGeneration === metadata?.generation &&
        counts.every((count) => count === spec?.replicas)
      );
    });
  }

  /** Runs a container to its end, as a job. Gives what it said; throws with that when it fails. */
  async run(name: string, container: object): Promise<string> {
    const pod = { restartPolicy: "Never", containers: [{ name: "main", ...container }] };
    const spec = { backoffLimit: 0, template: { spec: pod } };
    await this.apply({ apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec });
    const ending = await until(`job ${name} ends`, async () => {
      const { status } = await this.#read("batch/v1", "Job", name);
      if ((status?.succeeded ?? 0) > 0) return "good";
      return (status?.failed ?? 0) > 0 ? "bad" : undefined;
    });
    const output = await this.#output(name);
    if (ending === "bad") throw new Error(`job ${name} failed: ${output}`);
    return output.trim();
  }

  /** Removes the namespace and all that is in it; does not wait. */
  async remove(): Promise<void> {
    await this.#core.deleteNamespace({ name: this.name }).catch(() => undefined);
  }

  async #output(job: string): Promise<string> {
    const labelSelector = `job-name=${job}`;
    const { items } = await this.#core.listNamespacedPod({ namespace: this.name, labelSelector });
    const name = items[0]?.metadata?.name ?? "";
    return this.#core.readNamespacedPodLog({ name, namespace: this.name });
  }

  async #apply(manifest: Manifest): Promise<void> {
    await applyTo(this.#objects, manifest);
  }

  async #read(apiVersion: string, kind: string, name: string): Promise<Progress> {
    const metadata = { name, namespace: this.name };
    return this.#objects.read<KubernetesObject & Progress>({ apiVersion, kind, metadata });
  }
}

/** Makes an object, or changes it, as `kubectl apply --server-side` does. */
export async function applyTo(objects: KubernetesObjectApi, object: object): Promise<void> {
  const dryRun = undefined;
  const strategy = PatchStrategy.ServerSideApply;
  await objects.patch(object, undefined, dryRun, "e2e", true, strategy);
}

/** Waits until something is true or defined. Faults pass for "not yet", and the last of them is told in the end. */
export async function until<T>(
  what: string,
  attempt: () => T | false | undefined | Promise<T | false | undefined>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let fault: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await attempt();
      if (value !== undefined && value !== false) return value;
      fault = undefined;
    } catch (error) {
      fault = error;
    }
    await sleep(250);
  }
  throw new Error(`in ${timeoutMs / 1000} s it did not happen that ${what}`, {
    cause: fault,
  });
}
