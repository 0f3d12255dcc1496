/**
 * The event from which a workflow goes on after a reset.
 */
import { UserError } from "../../../offline/user-error.ts";
import type { HistoryEvent } from "./event.ts";
import type { ResetPoint } from "./input.ts";

/** Events at which a reset may begin (`workflow_task_finish_event_id` of ResetWorkflowExecutionRequest). */
const boundaries = [
  ...["WorkflowTaskStarted", "WorkflowTaskCompleted"],
  ...["WorkflowTaskFailed", "WorkflowTaskTimedOut"],
];

/**
 * The event of a workflow task that is named, or that Temporal's CLI finds: the first or the last that has completed, or where none has, the first that
 * a worker has taken.
 *
 * @throws UserError when it is none of a workflow task, or no worker has taken one yet.
 */
export function resetEventId(
  workflowId: string,
  events: readonly HistoryEvent[],
  point: ResetPoint | number,
): number {
  if (typeof point === "number") {
    const { type } = events.find(({ eventId }) => eventId === point) ?? {};
    if (type !== undefined && boundaries.includes(type)) return point;
    throw new UserError(
      `workflow ${workflowId} cannot go on from event ${point}, ${type === undefined ? "which it does not have" : `a ${type}`}: name a WorkflowTaskCompleted that \`resource-temporal workflow history\` shows`,
    );
  }
  const completed = events.filter(({ type }) => type === "WorkflowTaskCompleted");
  const wanted = point === "first-workflow-task" ? completed[0] : completed.at(-1);
  const found = wanted ?? events.find(({ type }) => type === "WorkflowTaskStarted");
  if (found !== undefined) return found.eventId;
  throw new UserError(
    `workflow ${workflowId} has not begun, and there is nothing to reset: \`resource-temporal task-queue describe\` shows whether a worker polls`,
  );
}
