/**
 * Creates schedules of content.
 */
import {
  apiSchedule,
  createSchedule,
  describeSchedule,
  type ScheduledWorkflow,
  type ScheduleTimes,
  updateSchedule,
} from "../../../clients/schedule.ts";
import { defined } from "../../../platform/defined.ts";
import { defaultWorkflowId, overlapPolicyNames } from "../../../platform/schedule/spec.ts";
import type { Frontend } from "../../gateway.ts";
import type { ActionDefinition, ScheduleDefinition } from "../definition.ts";

/**
 * Creates a schedule, or updates one that exists: when it starts what becomes as the definition says; policies, pause and note that it leaves out stay
 * as they are. Gives what was done.
 */
export async function putSchedule(
  { connection, namespace }: Pick<Frontend, "connection" | "namespace">,
  { scheduleId, spec, action, overlapPolicy, paused, note }: ScheduleDefinition,
): Promise<"created" | "updated"> {
  const place = { connection, namespace, scheduleId };
  const policies =
    overlapPolicy === undefined
      ? {}
      : { overlapPolicy: overlapPolicyNames.indexOf(overlapPolicy) + 1 };
  const state = defined({ paused, notes: note });
  const always = apiSchedule(times(spec), workflow(scheduleId, action));
  if (await createSchedule(place, { ...always, policies, state })) return "created";
  const { schedule } = (await describeSchedule(place)) ?? {};
  await updateSchedule(place, {
    ...always,
    policies: { ...schedule?.policies, ...policies },
    state: { ...schedule?.state, ...state },
  });
  return "updated";
}

function times({ intervals = [], ...rest }: ScheduleDefinition["spec"]): ScheduleTimes {
  return {
    ...defined(rest),
    intervals: intervals.map(({ every, offset = 0 }) => ({
      everySeconds: every,
      offsetSeconds: offset,
    })),
  };
}

function workflow(
  scheduleId: string,
  { executionTimeout, runTimeout, taskTimeout, ...rest }: ActionDefinition,
): ScheduledWorkflow {
  return {
    workflowId: defaultWorkflowId(scheduleId),
    ...defined(rest),
    ...defined({
      executionTimeoutSeconds: executionTimeout,
      runTimeoutSeconds: runTimeout,
      taskTimeoutSeconds: taskTimeout,
    }),
  };
}
