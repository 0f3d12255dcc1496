/**
 * Why an object's pods do not come up: what the user would look for with `kubectl describe` and `kubectl logs`.
 */
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { KubernetesApi } from "../cluster.ts";
import { type Manifest, type Reference, referenceTo } from "../manifest.ts";

/** Lines of a failed container's log that an error has. */
const logLines = 20;

/** At most so many pods are told about: the others fail alike. */
const mostPods = 2;

interface PodOwner {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** What is wrong, a line each; nothing when nothing can be found out. */
export async function troublesOf(
  cluster: KubernetesApi,
  object: Manifest,
): Promise<readonly string[]> {
  const reference = referenceTo(object);
  const labels = (object["spec"] as PodOwner | undefined)?.selector?.matchLabels;
  try {
    const warnings = await warningsOf(cluster, reference);
    if (reference.namespace === undefined || labels === undefined) return warnings;
    const pods = await cluster.pods(reference.namespace, labels);
    const unwell = pods.filter((pod) => !isReady(pod)).slice(0, mostPods);
    const told = await Promise.all(unwell.map((pod) => podTroubles(cluster, pod)));
    return [...warnings, ...told.flat()];
  } catch {
    // The error that is being explained is worth more than the one of explaining it.
    return [];
  }
}

function isReady({ status }: V1Pod): boolean {
  return (
    status?.phase === "Succeeded" ||
    (status?.conditions ?? []).some(({ type, status: is }) => type === "Ready" && is === "True")
  );
}

async function podTroubles(cluster: KubernetesApi, pod: V1Pod): Promise<readonly string[]> {
  const name = pod.metadata?.name ?? "";
  const namespace = pod.metadata?.namespace ?? "";
  const statuses = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
  ];
  const containers = await Promise.all(
    statuses.map(async (status) => {
      const why = reasonOf(status);
      if (why === undefined) return [];
      const log =
        hasRun(status) &&
        (await cluster.log(namespace, name, status.name, logLines).catch(() => ""));
      return [`pod ${name}, container ${status.name}: ${why}`, ...indented(log || "")];
    }),
  );
  const found = containers.flat();
  if (found.length > 0) return found;
  return warningsOf(cluster, { apiVersion: "v1", kind: "Pod", name, namespace });
}

function reasonOf({ state, lastState, ready }: V1ContainerStatus): string | undefined {
  const ended = state?.terminated ?? (ready ? undefined : lastState?.terminated);
  if (state?.waiting?.reason !== undefined && state.waiting.reason !== "ContainerCreating") {
    return [state.waiting.reason, state.waiting.message].filter(Boolean).join(": ");
  }
  if (ended !== undefined && ended.exitCode !== 0) {
    return `${ended.reason ?? "it ended"}, exit code ${ended.exitCode}`;
  }
  return state?.running !== undefined && !ready ? "it runs and is not ready" : undefined;
}

function hasRun({ state, lastState }: V1ContainerStatus): boolean {
  return [state?.running, state?.terminated, lastState?.terminated].some((it) => it !== undefined);
}

async function warningsOf(
  cluster: KubernetesApi,
  reference: Reference,
): Promise<readonly string[]> {
  const events = await cluster.warnings(reference);
  const texts = events.map(({ reason, message }) => [reason, message].filter(Boolean).join(": "));
  return [...new Set(texts)].map((text) => `${reference.kind} ${reference.name}: ${text}`);
}

function indented(text: string): readonly string[] {
  return text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => `  ${line}`);
}
