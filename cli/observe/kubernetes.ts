/**
 * What runs of a cluster in a Kubernetes cluster.
 */
import { PassThrough, Readable } from "node:stream";
import type { V1Pod } from "@kubernetes/client-node";
import type { KubernetesAccess } from "../../clients/kubernetes/kubeconfig.ts";
import { defined } from "../../platform/defined.ts";
import { labels, type Owner } from "../../platform/labels.ts";
import type { LogOptions, LogSource } from "./logs.ts";
import type { Part, PartState } from "./part.ts";

const componentLabel = "app.kubernetes.io/component";

/** All pods of a cluster but those of tasks, which end. */
export async function partsOnKubernetes(
  access: KubernetesAccess,
  namespace: string,
  owner: Owner,
): Promise<readonly Part[]> {
  return (await podsOf(access, namespace, owner)).map(partOf);
}

/** What the pods of a cluster have written. */
export async function logsOnKubernetes(
  access: KubernetesAccess,
  namespace: string,
  owner: Owner,
): Promise<readonly LogSource[]> {
  return (await podsOf(access, namespace, owner)).map((pod) => {
    const { component, name } = partOf(pod);
    const container = pod.spec?.containers[0]?.name ?? "";
    const open = (options: LogOptions): Promise<Readable> =>
      openLog(access, { namespace, name, container }, options);
    return { component, name, open };
  });
}

/** Kills all pods of a cluster that are about to end; others would come again. */
export async function killOnKubernetes(
  access: KubernetesAccess,
  namespace: string,
  owner: Owner,
): Promise<void> {
  const pods = await podsOf(access, namespace, owner);
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const core = access.config.makeApiClient(CoreV1Api);
  const ending = pods.filter(({ metadata }) => metadata?.deletionTimestamp !== undefined);
  await Promise.allSettled(
    ending.map(({ metadata }) =>
      core.deleteNamespacedPod({
        ...{ name: metadata?.name ?? "", namespace },
        gracePeriodSeconds: 0,
      }),
    ),
  );
}

async function podsOf(
  access: KubernetesAccess,
  namespace: string,
  owner: Owner,
): Promise<readonly V1Pod[]> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const labelSelector = Object.entries(labels(owner))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const core = access.config.makeApiClient(CoreV1Api);
  const { items } = await core.listNamespacedPod({ namespace, labelSelector });
  return items.filter(
    ({ metadata }) =>
      metadata?.labels?.[componentLabel] !== undefined &&
      metadata.ownerReferences?.some(({ kind }) => kind === "Job") !== true,
  );
}

/** A pod as a part of its cluster. */
export function partOf({ metadata, spec, status }: V1Pod): Part {
  const [container] = status?.containerStatuses ?? [];
  const since = container?.state?.running?.startedAt;
  return {
    component: metadata?.labels?.[componentLabel] ?? "",
    name: metadata?.name ?? "",
    state: stateOf(status),
    restarts: container?.restartCount ?? 0,
    image: spec?.containers[0]?.image ?? "",
    ...(since === undefined ? {} : { since: since.toISOString() }),
  };
}

function stateOf(status: V1Pod["status"]): PartState {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") return "stopped";
  const ready = status?.conditions?.some(
    ({ type, status: value }) => type === "Ready" && value === "True",
  );
  if (ready === true) return "healthy";
  const [container] = status?.containerStatuses ?? [];
  // Started says that the startup probe has passed; what is not ready after that was well before.
  const failing = container?.state?.waiting?.reason?.match(/BackOff|Err/) ?? undefined;
  return container?.started === true || failing !== undefined ? "unhealthy" : "starting";
}

async function openLog(
  access: KubernetesAccess,
  { namespace, name, container }: { namespace: string; name: string; container: string },
  { tail, follow, sinceSeconds, signal }: LogOptions,
): Promise<Readable> {
  const { CoreV1Api, Log } = await import("@kubernetes/client-node");
  const since = sinceSeconds === undefined ? {} : { sinceSeconds };
  const last = defined({ tailLines: tail });
  if (!follow) {
    const core = access.config.makeApiClient(CoreV1Api);
    const text = await core.readNamespacedPodLog({
      ...{ namespace, name, container },
      ...last,
      ...since,
    });
    return Readable.from([text]);
  }
  const out = new PassThrough();
  // The client pipes the answer without listening for its end by abort, or by an API server that goes away.
  out.once("pipe", (answer: Readable) => {
    answer.on("error", () => out.end());
  });
  const controller = await new Log(access.config).log(namespace, name, container, out, {
    follow,
    ...last,
    ...since,
  });
  signal.addEventListener("abort", () => {
    controller.abort();
  });
  return out;
}
