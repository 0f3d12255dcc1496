/**
 * The inputs of a schedule.
 */
import { z } from "zod";
import {
  defaultCatchupWindowSeconds,
  defaultWorkflowId,
  isTimeZone,
  maxNoteBytes,
  maxScheduleIdBytes,
  minCatchupWindowSeconds,
  overlapPolicyNames,
  specFaults,
  timeZoneExample,
  workflowIdFault,
} from "../../../../platform/schedule/spec.ts";
import { existingSchema, onRemoveSchema } from "../existing.ts";

/** A text of some bytes, which is what the server counts. */
const text = (most: number) =>
  z
    .string()
    .refine((one) => one.trim() !== "", "must not be empty")
    .refine((one) => Buffer.byteLength(one) <= most, `must have at most ${most} bytes`);

/** `limit.maxIDLength`, as the platform sets it. */
const id = text(255);

const seconds = z.int().min(1);

const time = z.iso.datetime({
  offset: true,
  error: "must be a time such as 2026-01-31T06:00:00Z",
});

const specSchema = z
  .strictObject({
    cronExpressions: z.array(z.string()).exactOptional(),
    intervals: z
      .array(
        z.strictObject({ everySeconds: seconds, offsetSeconds: z.int().min(0).exactOptional() }),
      )
      .exactOptional(),
    except: z.array(z.string()).exactOptional(),
    timezone: z.string().refine(isTimeZone, timeZoneExample).exactOptional(),
    jitterSeconds: z.int().min(0).exactOptional(),
    startAt: time.exactOptional(),
    endAt: time.exactOptional(),
  })
  .superRefine((spec, context) => {
    for (const { path, message } of specFaults(spec)) {
      context.addIssue({ code: "custom", path: [...path], message, input: spec });
    }
  });

const actionSchema = z.strictObject({
  workflowType: id,
  /** The server keeps names that begin so for parts of task queues (temporal/common/tqid). */
  taskQueue: id.refine((name) => !name.startsWith("/_sys/"), "must not begin with /_sys/"),
  workflowId: id.exactOptional(),
  input: z.array(z.unknown()).exactOptional(),
  executionTimeoutSeconds: seconds.exactOptional(),
  runTimeoutSeconds: seconds.exactOptional(),
  taskTimeoutSeconds: seconds.exactOptional(),
  memo: z.record(z.string(), z.unknown()).exactOptional(),
  searchAttributes: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], {
        error: "must be a text, a number, true, false or a list of texts",
      }),
    )
    .exactOptional(),
});

/** The keys that have a default, and it. */
export const scheduleDefaults = {
  overlapPolicy: "Skip",
  catchupWindowSeconds: defaultCatchupWindowSeconds,
  pauseOnFailure: false,
  existing: existingSchema.parse(undefined),
  onRemove: onRemoveSchema.parse(undefined),
  store: {},
} as const;

/** The schema of the inputs. What `paused`, `note` and `memo` leave out is not the program's business. */
export const scheduleSchema = z
  .strictObject({
    namespace: id,
    scheduleId: text(maxScheduleIdBytes),
    spec: specSchema,
    action: actionSchema,
    overlapPolicy: z.enum(overlapPolicyNames).default(scheduleDefaults.overlapPolicy),
    catchupWindowSeconds: z
      .int()
      .min(minCatchupWindowSeconds)
      .default(scheduleDefaults.catchupWindowSeconds),
    pauseOnFailure: z.boolean().default(scheduleDefaults.pauseOnFailure),
    paused: z.boolean().exactOptional(),
    note: text(maxNoteBytes).exactOptional(),
    memo: z.record(z.string(), z.unknown()).exactOptional(),
    existing: existingSchema,
    onRemove: onRemoveSchema,
    store: z.record(z.string(), z.string()).default(scheduleDefaults.store),
  })
  .superRefine(({ scheduleId, action }, context) => {
    const { workflowId = defaultWorkflowId(scheduleId) } = action;
    const message = workflowIdFault(workflowId);
    if (message === undefined) return;
    const path = ["action", "workflowId"];
    context.addIssue({ code: "custom", path, message, input: workflowId });
  });

/** A schedule, as the program says it. */
export type ScheduleInputs = z.output<typeof scheduleSchema>;
