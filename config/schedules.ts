/**
 * The schema of a namespace's schedules.
 */
import { z } from "zod";
import {
  defaultWorkflowId,
  defaultCatchupWindowSeconds,
  isTimeZone,
  maxNoteBytes,
  maxScheduleIdBytes,
  minCatchupWindowSeconds,
  overlapPolicyNames,
  specFaults,
  timeZoneExample,
  workflowIdFault,
} from "../platform/schedule/spec.ts";
import { existing, onRemove } from "./removal.ts";
import { duration } from "./units.ts";

/** A text of some bytes, which is what the server counts. */
const text = (most: number) =>
  z
    .string()
    .refine((one) => one.trim() !== "", "must not be empty")
    .refine((one) => Buffer.byteLength(one) <= most, `must have at most ${most} bytes`);

/** `limit.maxIDLength`, as the platform sets it. */
const id = text(255);

const positive = duration.refine((seconds) => seconds > 0, "must be longer than 0s");

const time = z.iso.datetime({
  offset: true,
  error: "must be a time such as 2026-01-31T06:00:00Z, in quotes",
});

const interval = z
  .strictObject({
    every: positive.describe("Distance of the starts"),
    offset: duration.exactOptional().describe("How long after each multiple of `every`"),
  })
  .transform(({ every, offset }) => ({
    everySeconds: every,
    ...(offset === undefined ? {} : { offsetSeconds: offset }),
  }));

const spec = z
  .strictObject({
    cronExpressions: z
      .array(z.string())
      .exactOptional()
      .describe(
        "List of cron expressions such as `0 6 * * MON-FRI`, `@daily` or `@every 30m`; they or intervals are required",
      ),
    intervals: z
      .array(interval)
      .exactOptional()
      .describe("List of `{ every: 2h, offset: 5m }`; the offset may be left out"),
    except: z
      .array(z.string())
      .exactOptional()
      .describe("List of cron expressions of times at which nothing starts: `* * 25 DEC *`"),
    timezone: z
      .string()
      .refine(isTimeZone, timeZoneExample)
      .exactOptional()
      .describe("IANA time zone of the cron expressions, such as Europe/Berlin; UTC when left out"),
    jitter: positive.exactOptional().describe("Each start is up to so much later, by chance"),
    startAt: time.exactOptional().describe("Nothing starts before, such as 2026-01-31T06:00:00Z"),
    endAt: time.exactOptional().describe("Nothing starts after"),
  })
  .transform(({ jitter, ...rest }) => ({
    ...rest,
    ...(jitter === undefined ? {} : { jitterSeconds: jitter }),
  }))
  .superRefine((value, context) => {
    const { cronExpressions = [], intervals = [] } = value;
    if (cronExpressions.length + intervals.length === 0) {
      context.addIssue({ code: "custom", message: "must have cronExpressions or intervals" });
    }
    for (const { path, message } of specFaults(value)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  })
  .describe("When it starts workflows");

const action = z
  .strictObject({
    workflowType: id.describe("Type of the workflow"),
    taskQueue: id
      // The server keeps such names for parts of task queues (temporal/common/tqid).
      .refine((name) => !name.startsWith("/_sys/"), "must not begin with /_sys/")
      .describe("Task queue of its workers"),
    workflowId: id
      .exactOptional()
      .describe(
        "Id of the workflow, before the time of its start; the schedule's id and `-workflow` when left out",
      ),
    input: z.array(z.json()).exactOptional().describe("List of one value for each argument"),
    executionTimeout: positive
      .exactOptional()
      .describe("Time that the workflow has, with retries; no limit when left out"),
    runTimeout: positive
      .exactOptional()
      .describe("Time that each of its runs has; executionTimeout when left out"),
    taskTimeout: positive
      .exactOptional()
      .describe("Time that a workflow task has at a worker; 10s when left out"),
    memo: z.record(z.string(), z.json()).exactOptional().describe("Memo of the workflow"),
    searchAttributes: z
      .record(
        z.string(),
        z.union(
          [z.string(), z.number(), z.boolean(), z.array(z.string())],
          "must be a text, a number, true, false or a list of texts",
        ),
      )
      .exactOptional()
      .describe("Search attributes of the workflow; the server knows their types"),
  })
  .transform(({ executionTimeout, runTimeout, taskTimeout, ...rest }) => ({
    ...rest,
    ...(executionTimeout === undefined ? {} : { executionTimeoutSeconds: executionTimeout }),
    ...(runTimeout === undefined ? {} : { runTimeoutSeconds: runTimeout }),
    ...(taskTimeout === undefined ? {} : { taskTimeoutSeconds: taskTimeout }),
  }))
  .describe("The workflow that it starts");

const schedule = z
  .strictObject({
    spec,
    action,
    overlapPolicy: z
      .enum(overlapPolicyNames)
      .default("Skip")
      .describe("What happens when a start is due while a workflow of the schedule still runs"),
    catchupWindow: duration
      .refine(
        (seconds) => seconds >= minCatchupWindowSeconds,
        `must be at least ${minCatchupWindowSeconds}s`,
      )
      .prefault(`${defaultCatchupWindowSeconds / 86_400}d`)
      .describe("How late a workflow may start after the server was away"),
    pauseOnFailure: z
      .boolean()
      .default(false)
      .describe("Whether a workflow that fails or times out pauses the schedule"),
    paused: z
      .boolean()
      .exactOptional()
      .describe(
        "Whether it is paused, after every `up`; when left out, it begins unpaused and is then as `resource-temporal schedule` says",
      ),
    note: text(maxNoteBytes)
      .exactOptional()
      .describe("For people; when left out, as `resource-temporal schedule` says"),
    memo: z
      .record(z.string(), z.json())
      .exactOptional()
      .describe("Memo of the schedule. Never changes"),
    existing,
    onRemove,
  })
  .transform(({ catchupWindow, ...rest }) => ({ ...rest, catchupWindowSeconds: catchupWindow }));

/** Schedules of a namespace by id. */
export const schedules = z
  .record(text(maxScheduleIdBytes), schedule)
  .superRefine((all, context) => {
    for (const [scheduleId, { action: started }] of Object.entries(all)) {
      const { workflowId = defaultWorkflowId(scheduleId) } = started;
      const message = workflowIdFault(workflowId);
      if (message === undefined) continue;
      context.addIssue({ code: "custom", path: [scheduleId, "action", "workflowId"], message });
    }
  })
  .default({})
  .describe("Schedules by id, which start workflows at times");
