/**
 * The schema of a worker's versions, and what does not fit of them.
 */
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import { defined } from "../platform/defined.ts";
import {
  buildIdPattern,
  deploymentNamePattern,
  maxBuildId,
  maxDeploymentName,
  stepsRise,
} from "../platform/worker-deployment.ts";
import { automaticBuildId, type Versioning, workflowQueues } from "../platform/worker-versions.ts";
import { type RunWorker, runWorkers } from "../platform/workers.ts";
import type { Key } from "./keys.ts";
import { duration } from "./units.ts";

const positive = duration.refine((seconds) => seconds > 0, "must be longer than 0s");

const step = z
  .strictObject({
    percent: z.number().gt(0).lt(100, "must be less than 100: after the last step it has all"),
    pause: duration,
  })
  .transform(({ percent, pause }) => ({ percent, pauseSeconds: pause }));

const rollout = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("all-at-once")
        .describe("It gets all new workflows when it polls and its gate has passed; the default"),
    }),
    z.strictObject({
      kind: z
        .literal("progressive")
        .describe("It gets a rising share of the new workflows. `up` lasts until the last pause"),
      steps: z
        .array(step)
        .min(1, "must have a step, such as {percent: 10, pause: 5m}")
        .refine(stepsRise, "percentages must rise from step to step")
        .describe(
          "List of `{ percent: 10, pause: 5m }`: a share, less than 100, and for how long; they rise, and after the last one it has all",
        ),
    }),
    z.strictObject({
      kind: z
        .literal("manual")
        .describe(
          "It is started and checked, and `resource-temporal worker deployment` does the rest",
        ),
    }),
  ])
  .prefault({ kind: "all-at-once" })
  .describe("How a new version comes to get new workflows");

const gate = z
  .strictObject({
    workflowType: z.string().min(1).describe("Type of the workflow"),
    taskQueue: z
      .string()
      .min(1)
      .exactOptional()
      .describe("One that the worker polls for workflows; may be left out where there is one"),
    input: z.json().exactOptional().describe("Its only argument; none when left out"),
    timeout: positive.prefault("5m").describe("Time in which it must succeed"),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutSeconds: timeout }))
  .exactOptional()
  .describe("A workflow that must succeed on a new version before that gets other work");

/** How versions of a worker come and go. */
export const versioning = z
  .strictObject({
    deployment: z
      .string()
      .max(maxDeploymentName)
      .regex(
        deploymentNamePattern,
        "must be letters, digits, hyphens and underscores, beginning with a letter or digit",
      )
      .exactOptional()
      .describe("Name of the Worker Deployment; the worker's when left out"),
    buildId: z
      .string()
      .max(maxBuildId)
      .regex(
        buildIdPattern,
        "must be letters, digits, dots, hyphens and underscores, with letters or digits at both ends",
      )
      .default(automaticBuildId)
      .describe(
        "Name of the version. `auto`: the image's tag, and a digest of image, command, args, env and the names of secrets. With one of your own, change it whenever workflows must not go on with the other code",
      ),
    rollout,
    gate,
    pollersTimeout: positive
      .prefault("5m")
      .describe("Time in which a new version must poll all of `taskQueues`; else it is removed"),
    scaleDownAfter: duration
      .prefault("0s")
      .describe("How long an old version runs on after its last workflow has ended"),
    deleteAfter: duration
      .prefault("0s")
      .describe("How long the server keeps its record after that; `up` deletes it"),
    onRemove: z
      .enum(["refuse", "delete"])
      .default("refuse")
      .describe(
        "What happens when the worker is removed, and workflows need its versions: it is refused, or they go all the same",
      ),
  })
  .transform(
    ({ deployment, gate: checked, pollersTimeout, scaleDownAfter, deleteAfter, ...rest }) => ({
      ...rest,
      ...defined({ deployment, gate: checked }),
      pollersTimeoutSeconds: pollersTimeout,
      scaleDownAfterSeconds: scaleDownAfter,
      deleteAfterSeconds: deleteAfter,
    }),
  )
  .exactOptional()
  .describe(
    "Worker Versioning: a changed worker is a new version, which starts beside the old one, and workflows end on the one that began them. Without it, replicas are replaced one after the other",
  );

/** Refuses what of the versions of a cluster's workers does not fit the rest of them. */
export function checkVersions(cluster: Cluster, clusterKey: Key): void {
  const deployments = new Map<string, Key>();
  for (const [name, worker] of runWorkers(cluster)) {
    const { versioning: chosen, namespace } = worker;
    if (chosen === undefined) continue;
    const key = clusterKey.at("workers", name, "versioning");
    const { deployment = name, buildId } = chosen;
    const same = deployments.get(`${namespace}/${deployment}`);
    if (same === undefined) deployments.set(`${namespace}/${deployment}`, key);
    else {
      key.at("deployment").refuse(`the same as ${same.text}; every worker needs one of its own`);
    }
    // Containers and Deployments are named after worker and version.
    const object = `${name}-${buildId}`;
    if (buildId !== automaticBuildId && object in cluster.workers) {
      key.at("buildId").refuse(`must be another one: the worker ${object} has that name already`);
    }
    checkGate(worker, chosen, key.at("gate"));
  }
}

function checkGate(worker: RunWorker, { gate: chosen }: Versioning, key: Key): void {
  if (chosen === undefined) return;
  const queues = workflowQueues(worker);
  const { taskQueue } = chosen;
  if (queues.length === 0) key.refuse("needs a task queue with workflow in taskQueues");
  else if (taskQueue === undefined) {
    if (queues.length > 1) {
      key.at("taskQueue").refuse(`is missing; it must be one of ${queues.join(", ")}`);
    }
  } else if (!queues.includes(taskQueue)) {
    key
      .at("taskQueue")
      .refuse(`must be one that taskQueues has with workflow: ${queues.join(", ")}`);
  }
}
