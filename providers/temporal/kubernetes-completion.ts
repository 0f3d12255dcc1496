/**
 * The resource `temporal:kubernetes:Completion`.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchV1Api, CoreV1Api, V1Job, V1JobCondition, V1Pod } from "@kubernetes/client-node";
import { z } from "zod";
import { kubernetesAccess } from "../../clients/kubernetes/kubeconfig.ts";
import { reasonOf } from "../../clients/kubernetes/reason.ts";
import { within } from "../../clients/within.ts";
import type { ResourceType } from "../protocol/provider.ts";
import { schemaFailures } from "../protocol/schema.ts";
import type { Properties } from "../protocol/values.ts";
import { podText } from "./kubernetes-pod.ts";
import { shownLines } from "./task.ts";

const completionSchema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string(),
  namespace: z.string(),
  job: z.string(),
  startTimeoutSeconds: z.number().positive(),
  timeoutSeconds: z.number().positive(),
});

type Inputs = z.output<typeof completionSchema>;

/** Time between two looks, in milliseconds. */
const period = 200;

/** Longest time that the API server may take for an answer, in milliseconds. */
const answerMilliseconds = 15_000;

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
type Look =
  | { readonly state: "not started" | "running" | "done" }
  | { readonly state: "failed"; readonly why: string };

async function wait(properties: Properties, signal: AbortSignal): Promise<void> {
  const inputs = completionSchema.parse(properties);
  const { job, namespace, startTimeoutSeconds, timeoutSeconds } = inputs;
  const api = await connect(inputs);
  const startEnd = Date.now() + startTimeoutSeconds * 1000;
  const end = startEnd + timeoutSeconds * 1000;
  let how = `did not end within ${startTimeoutSeconds + timeoutSeconds} s`;
  let fault: unknown;
  while (Date.now() < end && !signal.aborted) {
    try {
      const look = await within(answerMilliseconds, lookAt(inputs, api), "no answer");
      fault = undefined;
      if (look.state === "done") return;
      if (look.state === "failed") throw new TaskFailure(`Job ${job} ${look.why}`);
      if (look.state === "not started" && Date.now() > startEnd) {
        how = `did not start within ${startTimeoutSeconds} s`;
        break;
      }
    } catch (error) {
      if (error instanceof TaskFailure) throw error;
      throwIfFinal(inputs, error);
      // A server that is away for a moment is asked again.
      fault = error;
    }
    await sleep(period, undefined, { signal }).catch(() => undefined);
  }
  if (signal.aborted) how = "was interrupted";
  if (fault !== undefined)
    throw unreadable(inputs, how, fault, "see that the cluster can be reached");
  const pods = (await podsOf(inputs, api)) ?? [];
  throw new Error([`Job ${job} ${how}`, ...pods.map((pod) => podText(pod, namespace))].join("\n"));
}

/** Ends the waiting for what does not pass by itself. */
function throwIfFinal(inputs: Inputs, error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === 404) {
    throw new TaskFailure(
      `Job ${inputs.job} was deleted while it was waited for: run the command again`,
    );
  }
  if (code === 401 || code === 403) {
    throw unreadable(
      inputs,
      "is not known to have ended",
      error,
      "let the context's user read Jobs there",
    );
  }
}

function unreadable(
  { job, namespace, context }: Inputs,
  how: string,
  fault: unknown,
  advice: string,
): Error {
  return new Error(
    `Job ${job} ${how}: namespace ${namespace} in context ${context} could not be read (${reasonOf(fault)}): ${advice}`,
    { cause: fault },
  );
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
    return { state: "failed", why: await whyOf(namespace, job, pods ?? [], api) };
  if (hasCondition(job, "Complete") || pods?.some(isIn("Succeeded"))) return { state: "done" };
  return { state: pods?.every(isIn("Pending")) ? "not started" : "running" };
}

/** The Job's pods; undefined where this user may not list them, and then the Job alone tells. */
async function podsOf(
  { namespace, job }: Inputs,
  { core }: Api,
): Promise<readonly V1Pod[] | undefined> {
  const labelSelector = `batch.kubernetes.io/job-name=${job}`;
  try {
    return (await core.listNamespacedPod({ namespace, labelSelector })).items;
  } catch {
    return undefined;
  }
}

function hasCondition(job: V1Job, type: string): boolean {
  return conditionOf(job, type)?.status === "True";
}

function conditionOf({ status }: V1Job, type: string): V1JobCondition | undefined {
  return (status?.conditions ?? []).find((one) => one.type === type);
}

function isIn(phase: "Pending" | "Succeeded" | "Failed"): (pod: V1Pod) => boolean {
  return ({ status }) => status?.phase === phase;
}

/** How it ended, and the end of its output, which belongs to the last pod. */
async function whyOf(
  namespace: string,
  job: V1Job,
  pods: readonly V1Pod[],
  { core }: Api,
): Promise<string> {
  const { reason = "", message = "" } = conditionOf(job, "Failed") ?? {};
  const ended = pods.find(isIn("Failed"));
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
