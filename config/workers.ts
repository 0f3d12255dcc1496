/**
 * The schema of the users' own worker programs, and what does not fit of them.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Cluster } from "../platform/cluster.ts";
import { isExactReference } from "../platform/image-reference.ts";
import { reservedTaskQueuePrefix, taskQueueTypes } from "../platform/task-queues.ts";
import { maxWorkerName, ownVariables, reservedNames, type RunWorker } from "../platform/workers.ts";
import { ownAddress } from "../platform/workload.ts";
import type { Key } from "./keys.ts";
import { secretSource, variableName } from "./secret-source.ts";
import { anyReplicas, dnsLabel, duration, hostPort, resources } from "./units.ts";
import { checkWorkerScaling, scaling } from "./worker-scaling.ts";
import { versioning } from "./worker-versioning.ts";

/** Longest grace of a stop, in seconds; a `down` waits for it. */
const maxStopGraceSeconds = 86_400;

const namespace = z.string().min(1).describe("Its Temporal namespace; one of the cluster's");

const taskQueueName = z
  .string()
  .min(1)
  .max(255)
  .refine(
    (name) => !name.startsWith(reservedTaskQueuePrefix),
    `must not begin with ${reservedTaskQueuePrefix}, which is Temporal's own`,
  );

const taskQueues = z
  .record(
    taskQueueName,
    z
      .array(z.enum(taskQueueTypes))
      .min(1, `must name at least one of ${taskQueueTypes.join(", ")}`)
      .refine((types) => new Set(types).size === types.length, "must name each type once"),
  )
  .refine(
    (all) => Object.keys(all).length > 0,
    "must name at least one task queue, such as orders: [workflow, activity]",
  )
  .describe(
    `Which task queues it polls, and for what, such as \`orders: [workflow, activity]\`; the types are ${taskQueueTypes.join(", ")}. \`status\` tells of one that nobody polls`,
  );

/** Capitals, so that names of Kubernetes Secrets, which have none, are as different as the variables. */
const secretVariableName = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]*$/,
    "must be the name of an environment variable in capitals, such as API_KEY",
  );

const directory = z
  .string()
  .regex(
    /^(\/[A-Za-z0-9._-]+)+$/,
    "must be an absolute path of letters, digits, dots, hyphens and underscores, such as /tmp",
  );

const run = z
  .strictObject({
    kind: z.literal("run").optional().describe("The stack runs it; the default"),
    image: z
      .string()
      .refine(
        isExactReference,
        "must be a reference with an exact tag or a digest, such as registry.example.com/team/orders:1.4.2",
      )
      .exactOptional()
      .describe("Reference of its image; this or `build`"),
    build: z
      .string()
      .min(1)
      .exactOptional()
      .describe(
        "Docker only: directory with a Dockerfile, relative to the project; it is built again when its content changes",
      ),
    command: z
      .array(z.string().min(1))
      .min(1, "must have the program, or be left out")
      .exactOptional()
      .describe("Program that takes the place of the image's entry point"),
    args: z
      .array(z.string())
      .default([])
      .describe("Its arguments; the image's own when `command` and this are left out"),
    namespace,
    taskQueues,
    replicas: anyReplicas.exactOptional().describe("How many of it run; 1 when left out"),
    scaling,
    versioning,
    env: z
      .record(variableName, z.string())
      .default({})
      .describe(
        "Environment variables. TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are there already, and TEMPORAL_TASK_QUEUE where there is one task queue",
      ),
    secrets: z
      .record(secretVariableName, secretSource)
      .default({})
      .describe(
        "Environment variables that are secret: `{env: VARIABLE}` takes the value from the environment of `up`, `{name, key}` from a Secret in the cluster's Kubernetes namespace",
      ),
    resources: resources("512MiB", 32),
    stopGrace: duration
      .refine((seconds) => seconds >= 1, "must be at least 1s")
      .refine((seconds) => seconds <= maxStopGraceSeconds, "must be at most 24h")
      .prefault("60s")
      .describe(
        "Time between SIGTERM and the kill, such as 5m; more than the longest activity takes, and than the SDK's own time to stop",
      ),
    health: z
      .strictObject({
        port: hostPort.describe("Port that it listens on"),
        path: z
          .string()
          .regex(/^\/\S*$/, "must be a path such as /healthz")
          .default("/healthz")
          .describe("A GET answers with a 2xx status when it works"),
      })
      .exactOptional()
      .describe(
        "How it says that it works. On Docker it is asked when it starts; without it, a worker is ready when it has run for some seconds",
      ),
    metrics: z
      .strictObject({ port: hostPort.default(9090).describe("Port of Prometheus metrics") })
      .exactOptional()
      .describe("Lets target.network.monitoringNamespace read its metrics"),
    scratch: z
      .array(directory)
      .refine((all) => new Set(all).size === all.length, "must name each directory once")
      .default(["/tmp"])
      .describe("Directories in memory that it may write to, empty at every start; `[/tmp]`"),
    user: z
      .int()
      .min(1, "must not be root")
      .max(2 ** 31 - 1)
      .default(1000)
      .describe("User and group id that it runs as"),
  })
  .refine(
    ({ image, build }) => (image === undefined) !== (build === undefined),
    "must have image or build, and not both",
  )
  .refine((worker) => worker.replicas === undefined || worker.scaling === undefined, {
    path: ["replicas"],
    message: "must be left out with scaling, whose min takes its place",
  })
  .transform(({ image, build, stopGrace, ...rest }) => ({
    ...rest,
    kind: "run" as const,
    replicas: rest.replicas ?? rest.scaling?.min ?? 1,
    source:
      image === undefined
        ? ({ kind: "directory", path: build ?? "" } as const)
        : ({ kind: "registry", reference: image } as const),
    stopGraceSeconds: stopGrace,
  }));

const external = z.strictObject({
  kind: z
    .literal("external")
    .describe("Somebody else runs it, and `status` tells whether it polls"),
  namespace,
  taskQueues,
});

/** The workers of a cluster by name. */
export const workers = z
  .record(dnsLabel(maxWorkerName), z.discriminatedUnion("kind", [run, external]))
  .default({})
  .describe("Your own worker programs, by name; see runbooks/workers.md");

/** Refuses what of a cluster's workers does not fit the rest of it, or its target. */
export function checkWorkers(cluster: Cluster, clusterKey: Key): void {
  const { workers: all, namespaces } = cluster;
  for (const [name, worker] of Object.entries(all)) {
    const key = clusterKey.at("workers", name);
    if (reservedNames.includes(name)) {
      key.refuse("is the name of a part of the platform; give the worker another one");
    }
    if (!Object.keys(namespaces).includes(worker.namespace)) {
      key
        .at("namespace")
        .refuse(`must be one of the cluster's namespaces: ${Object.keys(namespaces).join(", ")}`);
    }
    if (worker.kind === "run") {
      checkRun(worker, cluster, key);
      checkWorkerScaling(worker, cluster, key);
    }
  }
}

function checkRun(worker: RunWorker, { target }: Cluster, key: Key): void {
  const { source, env, secrets } = worker;
  for (const [where, variables] of Object.entries({ env, secrets })) {
    for (const variable of Object.keys(variables)) {
      if (!ownVariables.includes(variable)) continue;
      const why =
        variable === ownAddress
          ? "the target sets it to the container's own address"
          : "the platform sets it by the worker's other keys";
      key.at(where, variable).refuse(`must be left out: ${why}`);
    }
  }
  for (const variable of Object.keys(secrets).filter((one) => one in env)) {
    key.at("secrets", variable).refuse("is in env as well; leave one out");
  }
  if (source.kind === "directory") {
    if (target.kind === "kubernetes") {
      key
        .at("build")
        .refuse(
          "needs a docker target: nodes of Kubernetes get images from a registry; push the image to one, and name it by image",
        );
    } else if (!existsSync(join(source.path, "Dockerfile"))) {
      key.at("build").refuse(`must be a directory with a Dockerfile; ${source.path} has none`);
    }
  }
}
