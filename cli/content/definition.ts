/**
 * What content may be: a workflow, a namespace, a schedule or a template. Keys are described in docs/content.md.
 */
import { z } from "zod";
import { overlapPolicyNames } from "../schedules/input.ts";
import {
  cronExpression,
  id,
  json,
  retention,
  searchAttribute,
  seconds,
  strict,
  text,
  timeZone,
} from "./values.ts";

const workflowKeys = {
  workflowType: id,
  taskQueue: id,
  workflowId: id.exactOptional(),
  input: z.array(json).exactOptional(),
  executionTimeout: seconds.exactOptional(),
  runTimeout: seconds.exactOptional(),
  taskTimeout: seconds.exactOptional(),
  memo: z.record(z.string(), json).exactOptional(),
  searchAttributes: z.record(z.string(), searchAttribute).exactOptional(),
};

/** What a schedule starts; timeouts are in seconds. */
const actionSchema = strict(workflowKeys);

const workflowWithNamespace = { ...workflowKeys, namespace: id.exactOptional() };

/** What is needed to start a workflow; timeouts are in seconds. */
export const workflowSchema = strict(workflowWithNamespace);

const interval = strict({ every: seconds, offset: seconds.exactOptional() }).refine(
  ({ every, offset = 0 }) => offset < every,
  { path: ["offset"], message: "must be less than every" },
);

const spec = strict({
  cronExpressions: z.array(cronExpression).exactOptional(),
  intervals: z.array(interval).exactOptional(),
  timezone: timeZone.exactOptional(),
}).refine(
  ({ cronExpressions = [], intervals = [] }) => cronExpressions.length + intervals.length > 0,
  "must have cronExpressions or intervals",
);

/** The option of `execute` that a template has besides its parameters. */
export const waitOption = "wait";

const parameterName = z
  .string()
  .regex(/^[A-Za-z]\w*$/, "a parameter's name is letters, digits and _, a letter first")
  .refine((name) => name !== waitOption, `${waitOption} is an option of execute, and no parameter`);

const schemas = {
  workflow: strict({ type: z.literal("workflow"), ...workflowWithNamespace }),
  namespace: strict({
    type: z.literal("namespace"),
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/,
        "must be letters, digits, dots, hyphens and underscores",
      )
      .refine((name) => name !== "temporal-system", "is Temporal's own"),
    retention: retention.exactOptional(),
    description: text.exactOptional(),
    owner: text.exactOptional(),
    data: z.record(z.string(), z.string()).exactOptional(),
  }),
  schedule: strict({
    type: z.literal("schedule"),
    scheduleId: id,
    namespace: id.exactOptional(),
    spec,
    action: actionSchema,
    overlapPolicy: z.enum(overlapPolicyNames).exactOptional(),
    paused: z.boolean().exactOptional(),
    note: text.exactOptional(),
  }),
  template: strict({
    type: z.literal("template"),
    parameters: z.record(
      parameterName,
      strict({ description: text.exactOptional(), default: json.exactOptional() }),
    ),
    // The rest is judged by template.ts: only a filled-in template must be a workflow.
    workflow: z.looseObject({ workflowType: z.string(), taskQueue: z.string() }),
  }),
};

/** Any content. */
export const contentSchema = z.discriminatedUnion("type", [
  schemas.workflow,
  schemas.namespace,
  schemas.schedule,
  schemas.template,
]);

/** Any content; `type` says which. */
export type Content = z.output<typeof contentSchema>;

/** What is needed to start a workflow. */
export type WorkflowDefinition = z.output<typeof workflowSchema>;

/** What a schedule starts. */
export type ActionDefinition = z.output<typeof actionSchema>;

/** A namespace. */
export type NamespaceDefinition = z.output<typeof schemas.namespace>;

/** A schedule. */
export type ScheduleDefinition = z.output<typeof schemas.schedule>;

/** A workflow with placeholders. */
export type TemplateDefinition = z.output<typeof schemas.template>;
