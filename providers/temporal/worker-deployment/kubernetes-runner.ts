/**
 * Runs a worker's versions as Deployments of Kubernetes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { AppsV1Api, CoreV1Api, KubernetesObjectApi } from "@kubernetes/client-node";
import { kubernetesAccess } from "../../../clients/kubernetes/kubeconfig.ts";
import { reasonOf } from "../../../clients/kubernetes/reason.ts";
import { podText } from "../kubernetes-pod.ts";
import { type KubernetesPlace, kubernetesSpecSchema } from "./kubernetes-inputs.ts";
import {
  buildIdLabel,
  deploymentObject,
  fingerprintAnnotation,
  objectName,
  workerLabel,
} from "./kubernetes-manifest.ts";
import { digestOf, type Runner, type RunningVersion, type WantedVersion } from "./runner.ts";

/** Who applies the objects, for the API server. */
const fieldManager = "temporal-platform";

/** Time between two looks at what still ends, in milliseconds. */
const period = 250;

/** Least time that pods have to end, in seconds; Pulumi's own default for Kubernetes objects. */
const endTimeoutSeconds = 600;

/** Longest time that the end of pods may take beyond their own grace, in seconds. */
const endMarginSeconds = 120;

/** See {@link Runner}. */
export class KubernetesRunner implements Runner {
  readonly #place: KubernetesPlace;
  readonly #name: string;
  #api: Promise<Api> | undefined;

  constructor(place: KubernetesPlace, name: string) {
    this.#place = place;
    this.#name = name;
  }

  async observe(): Promise<readonly RunningVersion[]> {
    const { items } = await this.#asked("could not be listed", ({ apps }) =>
      apps.listNamespacedDeployment({
        namespace: this.#place.namespace,
        labelSelector: `${workerLabel}=${this.#name}`,
      }),
    );
    return items.map(({ metadata, spec }) => ({
      buildId: metadata?.labels?.[buildIdLabel] ?? "",
      replicas: spec?.replicas ?? 1,
      fingerprint: metadata?.annotations?.[fingerprintAnnotation],
    }));
  }

  fingerprint({ spec, environment }: WantedVersion): string {
    const { labels, secretVariables } = this.#place;
    return digestOf({ spec, environment, labels, secretVariables });
  }

  async start(version: WantedVersion): Promise<void> {
    const { buildId, environment, replicas } = version;
    const object = deploymentObject({
      ...{ name: this.#name, buildId, environment, replicas, place: this.#place },
      spec: kubernetesSpecSchema.parse(version.spec),
      fingerprint: this.fingerprint(version),
    });
    await this.#asked("could not be applied", async ({ objects }) => {
      const { PatchStrategy } = await import("@kubernetes/client-node");
      const dryRun = undefined;
      const strategy = PatchStrategy.ServerSideApply;
      await objects.patch(object, undefined, dryRun, fieldManager, true, strategy);
    });
  }

  async stop(buildId: string): Promise<void> {
    const { namespace } = this.#place;
    const name = objectName(this.#name, buildId);
    await this.#asked("could not be stopped", async ({ apps }) => {
      // In the foreground: it is there until its last pod is gone.
      const propagationPolicy = "Foreground";
      const found = await apps.readNamespacedDeployment({ name, namespace }).catch(unlessGone);
      if (found === undefined) return;
      const { terminationGracePeriodSeconds: grace = 0 } = found.spec?.template.spec ?? {};
      await apps
        .deleteNamespacedDeployment({ name, namespace, propagationPolicy })
        .catch(unlessGone);
      const seconds = Math.max(endTimeoutSeconds, grace + endMarginSeconds);
      const end = Date.now() + seconds * 1000;
      while (Date.now() < end) {
        const left = await apps.readNamespacedDeployment({ name, namespace }).catch(unlessGone);
        if (left === undefined) return;
        await sleep(period);
      }
      throw new Error(`the pods of ${name} did not end in time`);
    });
  }

  async complaint({ buildId }: WantedVersion): Promise<string> {
    const { namespace } = this.#place;
    const { items } = await this.#asked("could not be listed", ({ core }) =>
      core.listNamespacedPod({
        namespace,
        labelSelector: `${workerLabel}=${this.#name},${buildIdLabel}=${buildId}`,
      }),
    );
    if (items.length === 0) {
      const name = objectName(this.#name, buildId);
      return `Deployment ${name} has no pods (see \`kubectl describe deployment ${name} -n ${namespace}\`)`;
    }
    return items.map((pod) => podText(pod, namespace)).join("\n");
  }

  async #asked<T>(what: string, ask: (api: Api) => Promise<T>): Promise<T> {
    try {
      this.#api ??= connect(this.#place);
      return await ask(await this.#api);
    } catch (error) {
      const { namespace, context } = this.#place;
      throw new Error(
        `versions of ${this.#name} in namespace ${namespace} of context ${context} ${what} (${reasonOf(error)}): see that the cluster can be reached, and that the context's user may manage Deployments there`,
        { cause: error },
      );
    }
  }
}

interface Api {
  readonly apps: AppsV1Api;
  readonly core: CoreV1Api;
  readonly objects: KubernetesObjectApi;
}

async function connect({ kubeconfig, context }: KubernetesPlace): Promise<Api> {
  const { config } = await kubernetesAccess({ kubeconfig, context });
  // The client takes a third of a second to load, which stacks on Docker are spared.
  const { AppsV1Api, CoreV1Api, KubernetesObjectApi } = await import("@kubernetes/client-node");
  return {
    apps: config.makeApiClient(AppsV1Api),
    core: config.makeApiClient(CoreV1Api),
    objects: KubernetesObjectApi.makeApiClient(config),
  };
}

function unlessGone(error: unknown): undefined {
  const isGone = error instanceof Error && "code" in error && error.code === 404;
  if (!isGone) throw error;
}
