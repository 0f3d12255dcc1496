/**
 * Inputs of the resource `temporal:worker:Deployment`.
 */
import { z } from "zod";
import {
  buildIdPattern,
  deploymentNamePattern,
  maxBuildId,
  stepsRise,
} from "../../../platform/worker-deployment.ts";
import { dockerPlaceSchema, dockerSpecSchema } from "./docker-inputs.ts";
import { kubernetesPlaceSchema, kubernetesSpecSchema } from "./kubernetes-inputs.ts";

/** Types of tasks that a worker polls for, in the order of their numbers in Temporal's API, from 1 (`enums.v1.TaskQueueType`). */
export const taskTypes = ["workflow", "activity", "nexus"] as const;
export type TaskType = (typeof taskTypes)[number];

/** Names of containers and Kubernetes objects are made of it; what else may stand in one on an engine stands in the label alone. */
const name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    "has lower-case letters, digits and hyphens, with letters or digits at both ends",
  );

const deploymentName = z
  .string()
  .regex(deploymentNamePattern, "has letters, digits, `-` and `_`, with a letter or digit first");

const buildId = z
  .string()
  .max(maxBuildId)
  .regex(
    buildIdPattern,
    "has letters, digits, `.`, `-` and `_`, with letters or digits at both ends",
  );

const seconds = z.number().nonnegative();

const step = z.object({
  percent: z
    .number()
    .gt(0)
    .lt(100, "must be less than 100: with the last step done, the version becomes current"),
  pauseSeconds: seconds,
});

const rollout = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("all-at-once") }),
  z.object({
    kind: z.literal("progressive"),
    steps: z.array(step).min(1).refine(stepsRise, "percentages must rise from step to step"),
  }),
  z.object({ kind: z.literal("manual") }),
]);

const gate = z.object({
  workflowType: z.string().min(1),
  taskQueue: z.string().min(1),
  /** The workflow's only argument; none when left out. */
  input: z.unknown().optional(),
  timeoutSeconds: z.number().positive(),
});

/** What is to be. */
export const deploymentSchema = z
  .object({
    deploymentName,
    namespace: z.string().min(1),
    /** Names containers and objects; unique where they run. */
    name,
    /** By whom the deployment is managed: nobody else changes where its tasks go. */
    managerIdentity: z.string().min(1),
    taskQueues: z
      .record(z.string(), z.array(z.enum(taskTypes)).min(1))
      .refine((queues) => Object.keys(queues).length > 0, "must name a task queue"),
    runner: z.discriminatedUnion("kind", [dockerPlaceSchema, kubernetesPlaceSchema]),
    /** Of each version that runs; whoever scales it says how many when left out. */
    replicas: z.int().positive().optional(),
    /** Variables that all versions have, over their own: what is no part of a build. */
    environment: z.record(z.string(), z.string()).default({}),
    version: z.object({ buildId, spec: z.record(z.string(), z.unknown()) }),
    rollout: rollout.default({ kind: "all-at-once" }),
    gate: gate.optional(),
    pollersTimeoutSeconds: z.number().positive().default(300),
    scaleDownAfterSeconds: seconds.optional(),
    deleteAfterSeconds: seconds.default(0),
    lifecycle: z.enum(["running", "stopped"]).default("running"),
    onRemove: z.enum(["refuse", "delete"]).default("refuse"),
  })
  .superRefine(({ runner, version, replicas, gate: gateInput, taskQueues }, context) => {
    const result = specSchemas[runner.kind].safeParse(version.spec);
    for (const { path, message } of result.error?.issues ?? []) {
      context.addIssue({ code: "custom", path: ["version", "spec", ...path], message });
    }
    if (runner.kind === "docker" && replicas === undefined) {
      context.addIssue({ code: "custom", path: ["replicas"], message: "must be given on Docker" });
    }
    if (gateInput !== undefined && taskQueues[gateInput.taskQueue]?.includes("workflow") !== true) {
      context.addIssue({
        code: "custom",
        path: ["gate", "taskQueue"],
        message: `must be one that the worker polls for workflows: ${gateInput.taskQueue} is not in taskQueues`,
      });
    }
  });

const specSchemas = { docker: dockerSpecSchema, kubernetes: kubernetesSpecSchema } as const;

/** Inputs with their defaults. */
export type DeploymentInputs = z.output<typeof deploymentSchema>;

/** How a new version comes to be current. */
export type Rollout = DeploymentInputs["rollout"];

/** A workflow that must succeed on a new version before it gets tasks. */
export type Gate = z.output<typeof gate>;

/** Expected pollers: types of tasks by task queue. */
export type TaskQueues = DeploymentInputs["taskQueues"];

/** What a runner starts a version from; the runner's own schema says more. */
export type Spec = DeploymentInputs["version"]["spec"];

/** Build ids with what their versions are started from. */
export type Specs = Readonly<Record<string, Spec>>;
