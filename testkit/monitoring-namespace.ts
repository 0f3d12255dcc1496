/**
 * A namespace for monitoring on a test's Kubernetes cluster, with what watches from there.
 */
import {
  ApiException,
  CoreV1Api,
  CustomObjectsApi,
  type KubernetesObject,
  KubernetesObjectApi,
} from "@kubernetes/client-node";
import { stackLabel } from "../platform/labels.ts";
import { testStackName } from "./leftovers.ts";
import { PrometheusApi } from "./prometheus-api.ts";
import {
  accounts,
  annotatedName,
  annotatedPrometheus,
  clusterRights,
  operatedName,
  operatedPrometheus,
  operatedStatefulSet,
  operator,
  operatorName,
  outsideOf,
} from "./prometheus-objects.ts";
import type { OperatorRelease } from "./prometheus-operator.ts";
import { applyRaw } from "./raw-apply.ts";
import type { TestCluster } from "./test-cluster.ts";
import { applyTo, TestNamespace, until } from "./test-namespace.ts";

/** Where the API server has descriptions of kinds. */
const kindsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const api = { group: "monitoring.coreos.com", version: "v1" } as const;

/** By which an object is found. */
interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** A namespace under the restricted pod security standard, in which Prometheus runs. */
export class MonitoringNamespace {
  readonly #cluster: TestCluster;
  readonly #release: OperatorRelease;
  readonly #namespace: TestNamespace;
  readonly #objects: KubernetesObjectApi;

  private constructor(cluster: TestCluster, release: OperatorRelease, namespace: TestNamespace) {
    this.#cluster = cluster;
    this.#release = release;
    this.#namespace = namespace;
    this.#objects = KubernetesObjectApi.makeApiClient(cluster.config);
  }

  /**
   * Makes the namespace, with accounts that may look at the whole cluster and nothing that runs. Kinds of the operator's that a killed run left go.
   *
   * @throws Error when the cluster has an operator's kinds that no test made: a test would take them over, and take them away in the end.
   */
  static async create(
    cluster: TestCluster,
    release: OperatorRelease,
    name: string,
  ): Promise<MonitoringNamespace> {
    const namespace = await TestNamespace.create(cluster.config, name);
    const made = new MonitoringNamespace(cluster, release, namespace);
    await made.#removeKinds();
    await namespace.apply(...accounts);
    for (const object of clusterRights(release, name)) {
      await applyTo(made.#objects, object);
    }
    return made;
  }

  /** Name of the namespace. */
  get name(): string {
    return this.#namespace.name;
  }

  /**
   * Installs the operator with its kinds of objects, and has it run a Prometheus.
   *
   * @param labels Labels of the objects that this Prometheus goes by.
   * @param watched The namespace in which they are, which need not be there yet.
   */
  async installOperator(
    labels: Readonly<Record<string, string>>,
    watched: string,
  ): Promise<PrometheusApi> {
    const stack = testStackName();
    for (const kind of this.#release.kinds) {
      const { metadata } = kind;
      const own = { ...(metadata["labels"] as object | undefined), [stackLabel]: stack };
      const labelled = { ...kind, metadata: { ...metadata, labels: own } };
      await applyRaw(this.#cluster.config, kindsPath, labelled);
    }
    const custom = this.#cluster.config.makeApiClient(CustomObjectsApi);
    await until("the API server has the operator's kinds", async () => {
      const { resources } = await custom.getAPIResources(api);
      return ["Prometheus", "PodMonitor", "PrometheusRule"].every((kind) =>
        resources.some((resource) => resource.kind === kind),
      );
    });
    await this.#namespace.apply(...operator(this.#release, [this.name, watched]));
    await this.#namespace.ready("Deployment", operatorName);
    await this.#namespace.apply(...operatedPrometheus(this.#release, labels, watched));
    await this.#namespace.ready("StatefulSet", operatedStatefulSet);
    return this.#reached(outsideOf(operatedName));
  }

  /** Runs a Prometheus that goes by annotations. */
  async runAnnotated(): Promise<PrometheusApi> {
    await this.#namespace.apply(...annotatedPrometheus(this.#release));
    await this.#namespace.ready("Deployment", annotatedName);
    return this.#reached(outsideOf(annotatedName));
  }

  /** Takes everything away, the operator's kinds with all objects of them, wherever they are. */
  async dispose(): Promise<void> {
    // First, while the operator is there to let go of it.
    const metadata = { name: operatedName, namespace: this.name };
    await this.#remove({ apiVersion: `${api.group}/${api.version}`, kind: "Prometheus", metadata });
    await this.#namespace.remove();
    for (const object of clusterRights(this.#release, this.name)) {
      await this.#remove(object);
    }
    await this.#removeKinds();
  }

  async #removeKinds(): Promise<void> {
    for (const { apiVersion, kind, metadata } of this.#release.kinds) {
      const object = { apiVersion, kind, metadata: { name: metadata.name } };
      const found = await this.#read(object);
      if (found === undefined) continue;
      if (found.metadata?.labels?.[stackLabel] === undefined) {
        throw new Error(`the cluster has ${metadata.name}, which no test made: take another one`);
      }
      await this.#remove(object);
    }
  }

  /** Removes an object and waits until it is gone. */
  async #remove(named: NamedObject): Promise<void> {
    const object: object = named;
    await this.#objects.delete(object).catch(() => undefined);
    const { name } = named.metadata;
    await until(`${name} is gone`, async () => (await this.#read(named)) === undefined);
  }

  /** An object; undefined when it is not there, or its kind is not. */
  async #read({ apiVersion, kind, metadata }: NamedObject): Promise<KubernetesObject | undefined> {
    try {
      return await this.#objects.read<KubernetesObject>({ apiVersion, kind, metadata });
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      // What the client says of a kind that the API server does not have.
      if (String(error).includes("Unrecognized API version and kind")) return undefined;
      throw error;
    }
  }

  async #reached(service: string): Promise<PrometheusApi> {
    const core = this.#cluster.config.makeApiClient(CoreV1Api);
    const { spec } = await core.readNamespacedService({ name: service, namespace: this.name });
    const port = spec?.ports?.[0]?.nodePort;
    if (port === undefined) throw new Error(`Service ${service} has no port of the node`);
    return new PrometheusApi(`http://${this.#cluster.nodeAddress}:${port}`);
  }
}
