/**
 * A worker that the platform runs: it learns from its environment where Temporal is, and ends on SIGTERM.
 */
import { join } from "node:path";
import { NativeConnection, Worker } from "@temporalio/worker";
import * as activities from "./activities.ts";

const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TASK_QUEUE } = process.env;

// The platform sets both for a worker with `versioning`, and neither for others.
const { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId } = process.env;
const versioned =
  deploymentName === undefined || buildId === undefined
    ? {}
    : {
        workerDeploymentOptions: {
          version: { deploymentName, buildId },
          useWorkerVersioning: true as const,
          // A workflow ends on the version that began it.
          defaultVersioningBehavior: "PINNED" as const,
        },
      };

const connection = await NativeConnection.connect({
  address: TEMPORAL_ADDRESS ?? "localhost:7233",
});
const worker = await Worker.create({
  connection,
  namespace: TEMPORAL_NAMESPACE ?? "default",
  taskQueue: TEMPORAL_TASK_QUEUE ?? "orders",
  workflowsPath: join(import.meta.dirname, "workflows.ts"),
  activities,
  ...versioned,
  // Less than `stopGrace`, after which the process is killed. Without it, activities are cancelled at once.
  shutdownGraceTime: "50s",
});
await worker.run();
await connection.close();
