/**
 * The resource `temporal:kubernetes:Completion`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchV1Api, CoreV1Api, V1Job, V1JobCondition, V1Pod } from "@kubernetes/client-node";
import { z } from "zod";
import { kubernetesAccess } from "../../clients/kubernetes/kubeconfig.ts";
import { reasonOf } from "../../clients/kubernetes/reason.ts";
import type { ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";
import type { Properties } from "../protocol/values.ts";
import { podText } from "./kubernetes-pod.ts";

const completionSchema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string(),
  namespace: z.string(),
  job: z.string(),
  timeoutSeconds: z.number().positive(),
});

type Inputs = z.output<typeof completionSchema>;

/** Time between two looks, in milliseconds. */
const period = 200;

/** Lines of a failed task's output that an error shows. */
const shownLines = 20;

/**
 * Waits at every change, above all for another Job. A Job that failed leaves no state. The pods tell before the Job does: its controller gathers what
 * became of pods for a second (`syncJobBatchPeriod` in kubernetes/pkg/controller/job/job_controller.go).
 */
export const completion: ResourceType = {
  onChange: "update",
  check: (news) => ({ inputs: news, failures: schemaFailures(completionSchema, news) }),
  create: async (inputs, { preview, signal }) => {
    if (!preview) await wait(inputs, signal);
    return { id: String(inputs["job"]), outputs: inputs };
  },
  update: async (_state, inputs, { preview, signal }) => {
    if (!preview) await wait(inputs, signal);
    return inputs;
  },
};

/** What a look says. */
type Look = { readonly state: "done" | "going on" } | { readonly state: "failed"; why: string };

async function wait(properties: Properties, signal: AbortSignal): Promise<void> {
  const inputs = completionSchema.parse(properties);
  const { job, namespace, context, timeoutSeconds } = inputs;
  const api = await connect(inputs);
  const end = Date.now() + timeoutSeconds * 1000;
  let fault: unknown;
  while (Date.now() < end && !signal.aborted) {
    try {
      const look = await lookAt(inputs, api);
      fault = undefined;
      if (look.state === "done") return;
      if (look.state === "failed") throw new TaskFailure(`Job ${job} ${look.why}`);
    } catch (error) {
      if (error instanceof TaskFailure) throw error;
      // A server that is away for a moment is asked again.
      fault = error;
    }
    await sleep(period, undefined, { signal }).catch(() => undefined);
  }
  const how = signal.aborted ? "was interrupted" : `did not end within ${timeoutSeconds} s`;
  if (fault !== undefined) {
    throw new Error(
      `Job ${job} ${how}: namespace ${namespace} in context ${context} could not be read (${reasonOf(fault)}): see that the cluster can be reached`,
    );
  }
  const pods = await podsOf(inputs, api);
  throw new Error([`Job ${job} ${how}`, ...pods.map((pod) => podText(pod, namespace))].join("\n"));
}

/** A task that ended, and not well; there is nothing to wait for. */
class TaskFailure extends Error {}

interface Api {
  readonly batch: BatchV1Api;
  readonly core: CoreV1Api;
}

async function connect({ kubeconfig, context }: Inputs): Promise<Api> {
  const { config } = await kubernetesAccess({ kubeconfig, context });
  // The client takes a third of a second to load, which stacks on Docker are spared.
  const { BatchV1Api, CoreV1Api } = await import("@kubernetes/client-node");
  return { batch: config.makeApiClient(BatchV1Api), core: config.makeApiClient(CoreV1Api) };
}

async function lookAt(inputs: Inputs, api: Api): Promise<Look> {
  const { namespace, job: name } = inputs;
  const [job, pods] = await Promise.all([
    api.batch.readNamespacedJob({ name, namespace }),
    podsOf(inputs, api),
  ]);
  if (hasCondition(job, "Failed"))
    return { state: "failed", why: await whyOf(namespace, job, pods, api) };
  const done = hasCondition(job, "Complete") || pods.some(hasSucceeded);
  return { state: done ? "done" : "going on" };
}

/** The Job's pods; none where this user may not list them, and then the Job alone tells. */
async function podsOf({ namespace, job }: Inputs, { core }: Api): Promise<readonly V1Pod[]> {
  const labelSelector = `batch.kubernetes.io/job-name=${job}`;
  try {
    return (await core.listNamespacedPod({ namespace, labelSelector })).items;
  } catch {
    return [];
  }
}

function hasCondition(job: V1Job, type: string): boolean {
  return conditionOf(job, type)?.status === "True";
}

function conditionOf({ status }: V1Job, type: string): V1JobCondition | undefined {
  return (status?.conditions ?? []).find((one) => one.type === type);
}

function hasSucceeded({ status }: V1Pod): boolean {
  return status?.phase === "Succeeded";
}

/** How it ended, and the end of its output, which belongs to the last pod. */
async function whyOf(
  namespace: string,
  job: V1Job,
  pods: readonly V1Pod[],
  { core }: Api,
): Promise<string> {
  const { reason = "", message = "" } = conditionOf(job, "Failed") ?? {};
  const ended = pods.find(({ status }) => status?.phase === "Failed");
  const exitCode = ended?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode;
  const how =
    exitCode === undefined || reason === "DeadlineExceeded"
      ? `failed (${[reason, message].filter(Boolean).join(": ")})`
      : `failed with exit code ${exitCode}`;
  const name = ended?.metadata?.name;
  if (name === undefined) return how;
  const log = await core
    .readNamespacedPodLog({ name, namespace, tailLines: shownLines })
    .catch(() => "");
  return log.trim() === "" ? how : `${how}:\n${log.trimEnd()}`;
}
