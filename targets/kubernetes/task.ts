/**
 * A task as a Job.
 */
import * as kubernetes from "@pulumi/kubernetes";
import { defined } from "../../platform/defined.ts";
import { mustFinish } from "../../platform/labels.ts";
import type { Task } from "../../platform/workload.ts";
import { Completion } from "../../providers/temporal/sdk.ts";
import { prefixed } from "../names.ts";
import { optionsOf } from "../options.ts";
import type { DeployOptions } from "../target.ts";
import type { SecretFinder } from "./container.ts";
import type { Files } from "./files.ts";
import { notAwaited, type TargetContext, unnamed } from "./context.ts";
import { kubeconfigPath } from "./kubeconfig.ts";
import { taskPod } from "./pod.ts";

/** Longest time that scheduling a pod and getting its image may take, in seconds; Pulumi's own default for objects of Kubernetes. */
const startTimeoutSeconds = 600;

/**
 * Makes the Job. Its name says what it does and with which version. A Job never changes: an upgrade or a changed description is another
 * Job, and runs; an unchanged one is left alone.
 */
export function jobOf(
  task: Task,
  context: TargetContext,
  deploy: DeployOptions,
  files: Files | undefined,
  secret: SecretFinder,
): kubernetes.batch.v1.Job {
  const version = task.image.version.replaceAll(/[^a-z0-9]+/g, "-");
  return new kubernetes.batch.v1.Job(
    prefixed(context.owner, task.name, version),
    {
      metadata: unnamed(context, task.name, {
        // One that failed runs again in the next deployment.
        "pulumi.com/replaceUnready": "true",
        ...notAwaited,
        ...(task.interruption === "finish" ? mustFinish : {}),
      }),
      spec: {
        // Its end would be that of the pod, too.
        ...(task.interruption === "stop" ? { activeDeadlineSeconds: task.timeoutSeconds } : {}),
        backoffLimit: 3,
        // Only a pod that was taken away with its node is worth another try: the script tries again by itself what may pass.
        podFailurePolicy: {
          rules: [
            { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
            { action: "FailJob", onExitCodes: { operator: "NotIn", values: [0] } },
          ],
        },
        template: taskPod(task, context, files, secret),
      },
    },
    optionsOf(deploy),
  );
}

/** Waits for a task's Job. */
export function completionOf(
  task: Task,
  job: kubernetes.batch.v1.Job,
  { owner, choice, namespace }: TargetContext,
): Completion {
  return new Completion(
    prefixed(owner, task.name, "completion"),
    {
      ...defined({ kubeconfig: kubeconfigPath(choice) }),
      context: choice.context,
      namespace,
      job: job.metadata.name,
      startTimeoutSeconds,
      timeoutSeconds: task.timeoutSeconds,
    },
    { parent: job },
  );
}
