/**
 * The schema of how many of a worker run by the work that waits for it, and what does not fit of it.
 */
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import type { RunWorker } from "../platform/workers.ts";
import type { Key } from "./keys.ts";
import { anyReplicas, duration } from "./units.ts";

/** Longest time for which a HorizontalPodAutoscaler remembers what it wanted, in seconds (kubernetes.io, "HorizontalPodAutoscaler Walkthrough"). */
const maxScaleDownAfterSeconds = 3600;

/** How many of a worker run, by the backlogs of its task queues. */
export const scaling = z
  .strictObject({
    min: z
      .int()
      .min(
        1,
        "must be at least 1: the backlog is 0 also while workers are busy, and with 0 the last one would be taken away from its work",
      )
      .default(1)
      .describe("Fewest of it; it begins with these"),
    max: anyReplicas.describe("Most of it; more than `min`"),
    backlogPerReplica: z
      .int()
      .min(1)
      .default(5)
      .describe(
        "Tasks that may wait for each of them; the task queue with the longest backlog says how many run",
      ),
    scaleDownAfter: duration
      .refine((seconds) => seconds <= maxScaleDownAfterSeconds, "must be at most 1h")
      .prefault("5m")
      .describe("Time for which fewer must have been enough before there are fewer"),
  })
  .refine(({ min, max }) => max > min, { path: ["max"], message: "must be more than min" })
  .transform(({ scaleDownAfter, ...rest }) => ({ ...rest, scaleDownAfterSeconds: scaleDownAfter }))
  .exactOptional()
  .describe("Kubernetes with KEDA only, in the place of `replicas`: more of it by backlog");

/** Refuses what of a worker's scaling does not fit its target or the rest of it. */
export function checkWorkerScaling(worker: RunWorker, { target }: Cluster, workerKey: Key): void {
  if (worker.scaling === undefined) return;
  const key = workerKey.at("scaling");
  if (target.kind !== "kubernetes") {
    key.refuse("needs a kubernetes target: a Docker engine has no autoscaler; set replicas");
  }
  // Matching hands a Nexus task over at once or refuses it, and keeps none (temporal/service/matching/physical_task_queue_manager.go).
  if (Object.values(worker.taskQueues).every((types) => types.every((type) => type === "nexus"))) {
    key.refuse(
      "needs a task queue for workflow or activity: Nexus tasks leave no backlog to scale by; set replicas",
    );
  }
  if (worker.versioning !== undefined) {
    key.refuse(
      "cannot go with versioning yet: every version would need an autoscaler of its own; leave one of them out, and set replicas",
    );
  }
}
