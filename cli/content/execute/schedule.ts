/**
 * Creates schedules of content.
 */
import { Client, ScheduleAlreadyRunning, type ScheduleOptions } from "@temporalio/client";
import { defined } from "../../../platform/defined.ts";
import type { Frontend } from "../../gateway.ts";
import type { ActionDefinition, ScheduleDefinition } from "../definition.ts";
import { overlapPolicies } from "../../schedules/input.ts";
import { startOptions } from "./workflow.ts";

/**
 * Creates a schedule, or updates one that exists: when it starts what becomes as the definition says; policies, pause and note that it leaves out stay
 * as they are. Gives what was done.
 */
export async function putSchedule(
  { connection, namespace }: Pick<Frontend, "connection" | "namespace">,
  { scheduleId, spec, action, overlapPolicy, paused, note }: ScheduleDefinition,
): Promise<"created" | "updated"> {
  const { schedule } = new Client({ connection, namespace });
  const policies = overlapPolicy === undefined ? {} : { overlap: overlapPolicies[overlapPolicy] };
  const state = {
    ...defined({ paused, note }),
  };
  const always = { spec: scheduleSpec(spec), action: scheduleAction(action) };
  try {
    await schedule.create({ scheduleId, ...always, policies, state });
    return "created";
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  await schedule.getHandle(scheduleId).update((previous) => ({
    ...always,
    policies: { ...previous.policies, ...policies },
    state: { ...previous.state, ...state },
  }));
  return "updated";
}

function scheduleSpec({
  cronExpressions = [],
  intervals = [],
  timezone,
}: ScheduleDefinition["spec"]): ScheduleOptions["spec"] {
  return {
    cronExpressions,
    intervals: intervals.map(({ every, offset = 0 }) => ({
      every: every * 1000,
      offset: offset * 1000,
    })),
    ...defined({ timezone }),
  };
}

function scheduleAction(action: ActionDefinition): ScheduleOptions["action"] {
  const { workflowType, workflowId } = action;
  return {
    type: "startWorkflow",
    workflowType,
    ...startOptions(action),
    ...defined({ workflowId }),
  };
}
