/**
 * A Kubernetes cluster as this plugin uses it: read, apply and remove objects, and look at why pods do not come up.
 */
import {
  CoreV1Api,
  type CoreV1Event,
  type KubernetesObject,
  V1ObjectMeta,
  type V1Pod,
} from "@kubernetes/client-node";
import {
  type KubernetesAccess,
  kubernetesAccess,
  kubernetesAccessFromText,
} from "../../../clients/kubernetes/kubeconfig.ts";
import { asking, faultOf } from "./fault.ts";
import { idOf, type Manifest, metadataOf, omit, type Reference } from "./manifest.ts";
import { type Applying, ObjectApi } from "./object-api.ts";

/** Who the fields that this plugin sets belong to, in the server's books. */
export const fieldManager = "pulumi-kubernetes";

/** Arguments of the provider resource; those that are not here say nothing to plain objects. All cross the protocol as text. */
export interface Settings {
  /** Text of a kubeconfig or path to one; where `kubectl` looks when left out. */
  readonly kubeconfig?: string;
  /** A context of it; the current one when left out. */
  readonly context?: string;
  /** Namespace of objects that name none; the context's when left out. */
  readonly namespace?: string;
  /** `true` to treat what is in a cluster that does not answer as gone. */
  readonly deleteUnreachable?: string;
  /** `true` to take over objects that are there already. */
  readonly upsertExistingObjects?: string;
  /** `true` to change ConfigMaps in place, but for those that call themselves immutable. */
  readonly enableConfigMapMutable?: string;
  /** `true` to take fields from other managers. */
  readonly enablePatchForce?: string;
}

/** A cluster that need not answer yet. */
export class KubernetesApi {
  /** Namespace of objects that name none. */
  readonly defaultNamespace: string;
  readonly settings: Settings;
  readonly #name: string;
  readonly #objects: ObjectApi;
  readonly #core: CoreV1Api;

  private constructor({ config, context, server }: KubernetesAccess, settings: Settings) {
    this.settings = settings;
    this.defaultNamespace =
      settings.namespace ?? config.getContextObject(context)?.namespace ?? "default";
    this.#name = `context ${context}, ${server}`;
    this.#objects = config.makeApiClient(ObjectApi);
    this.#core = config.makeApiClient(CoreV1Api);
  }

  /**
   * Reads the kubeconfig; asks the cluster nothing.
   *
   * @throws KubeconfigError
   */
  static async connect(given: Settings): Promise<KubernetesApi> {
    const settings = { ...fromEnvironment(process.env), ...given };
    return new KubernetesApi(await accessOf(settings, process.env), settings);
  }

  /** Whether objects of a kind are in namespaces; undefined when the cluster has no such kind. */
  async scopeOf(apiVersion: string, kind: string): Promise<"cluster" | "namespace" | undefined> {
    return this.#ask(() => this.#objects.scopeOf(apiVersion, kind)).catch((error: unknown) => {
      if (faultOf(error) === "not found") return undefined;
      throw error;
    });
  }

  /** The object as it is, or undefined when there is none. */
  async read(reference: Reference): Promise<Manifest | undefined> {
    const { apiVersion, kind, ...metadata } = reference;
    try {
      return plain(await this.#ask(() => this.#objects.read({ apiVersion, kind, metadata })));
    } catch (error) {
      const fault = faultOf(error);
      if (fault === "not found" || fault === "no such kind") return undefined;
      throw error;
    }
  }

  /** Makes an object, or makes one that is there what the manifest says; gives what became of it. */
  async apply(
    manifest: Manifest,
    { dryRun, force }: Omit<Applying, "fieldManager">,
  ): Promise<Manifest> {
    return plain(
      await this.#ask(() =>
        this.#objects.apply(asObject(manifest), {
          fieldManager,
          dryRun,
          force: force || this.settings.enablePatchForce === "true",
        }),
      ),
    );
  }

  /** Has an object deleted; it is gone later. Nothing to do when there is none. */
  async remove(reference: Reference, propagation: string): Promise<void> {
    const { apiVersion, kind, ...found } = reference;
    const metadata = Object.assign(new V1ObjectMeta(), found);
    const no = undefined;
    try {
      await this.#ask(() =>
        this.#objects.delete({ apiVersion, kind, metadata }, no, no, no, no, propagation),
      );
    } catch (error) {
      const fault = faultOf(error);
      if (fault !== "not found" && fault !== "no such kind") throw error;
    }
  }

  /** Pods with all of these labels. */
  async pods(namespace: string, labels: Readonly<Record<string, string>>): Promise<V1Pod[]> {
    const labelSelector = Object.entries(labels)
      .map((pair) => pair.join("="))
      .join(",");
    const { items } = await this.#ask(() =>
      this.#core.listNamespacedPod({ namespace, labelSelector }),
    );
    return items;
  }

  /** What the cluster warned of an object. */
  async warnings({ kind, name, namespace = "default" }: Reference): Promise<CoreV1Event[]> {
    const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`;
    const { items } = await this.#ask(() =>
      this.#core.listNamespacedEvent({ namespace, fieldSelector }),
    );
    return items;
  }

  /** The last lines that a container wrote. */
  async log(namespace: string, pod: string, container: string, lines: number): Promise<string> {
    return this.#ask(() =>
      this.#core.readNamespacedPodLog({ name: pod, namespace, container, tailLines: lines }),
    );
  }

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    return asking(this.#name, request);
  }
}

async function accessOf(
  { kubeconfig, context }: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<KubernetesAccess> {
  // KUBECONFIG may name several files; the vendor's SDK hands it on as if it were one.
  if (kubeconfig === undefined || kubeconfig === "" || kubeconfig === environment["KUBECONFIG"]) {
    return kubernetesAccess({ context }, { environment });
  }
  return kubeconfig.includes("\n") || kubeconfig.startsWith("{")
    ? kubernetesAccessFromText(kubeconfig, context)
    : kubernetesAccess({ kubeconfig, context }, { environment });
}

/**
 * Settings that the user made for this one run. The vendor's SDK puts them into the provider's arguments while the program runs; `destroy`
 * and what is left of a cluster that is no longer in the program know only the arguments of an earlier run.
 */
function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
  const named = {
    deleteUnreachable: environment["PULUMI_K8S_DELETE_UNREACHABLE"],
    upsertExistingObjects: environment["PULUMI_K8S_UPSERT_EXISTING_OBJECTS"],
    enableConfigMapMutable: environment["PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"],
    enablePatchForce: environment["PULUMI_K8S_ENABLE_PATCH_FORCE"],
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/** The error of an object that is there although it should be made. */
export function alreadyThere(reference: Reference): Error {
  return new Error(
    `${reference.kind} ${idOf(reference)} is there already and is not this stack's: delete it, or take it over by \`pulumi import\``,
  );
}

/** The client's type of object; it only reads it. */
function asObject(manifest: Manifest): KubernetesObject {
  const object: object = manifest;
  return object;
}

/** What the server sent as plain data, without its books on who set what. */
function plain(object: object): Manifest {
  const sent = JSON.parse(JSON.stringify(object)) as Manifest;
  return { ...sent, metadata: omit(metadataOf(sent), ["managedFields"]) };
}
