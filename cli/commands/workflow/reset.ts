/**
 * `resource-temporal workflow reset`.
 */
import { randomUUID } from "node:crypto";
import { UserError } from "../../../offline/user-error.ts";
import { facts } from "../../output.ts";
import { historyUrl, type WorkflowChoice, withWorkflow } from "./client.ts";
import { eventsIn } from "./event.ts";
import { historyJson } from "./history-json.ts";
import type { ResetPoint } from "./input.ts";
import { resetEventId } from "./reset-point.ts";

/** Where a workflow goes on; one of both. */
export interface ResetOptions {
  /** Of a workflow task's event. */
  readonly eventId?: number;
  readonly to?: ResetPoint;
  readonly reason?: string;
  readonly format: "text" | "json";
}

/** A workflow that was reset; the shape of `--format json`. */
interface Reset {
  readonly workflowId: string;
  /** Of the new run. */
  readonly runId: string;
  /** The event after which it goes on. */
  readonly eventId: number;
  /** Where a browser finds its history. */
  readonly url: string;
}

/** `RESET_REAPPLY_TYPE_ALL_ELIGIBLE`, as Temporal's CLI does; its enumeration is in a package that the client does not hand on. */
const allEligible = 3 as never;

/**
 * Lets a workflow go on from an earlier place of its history, in a new run; one that runs is terminated. Signals and updates since then are given to
 * the new run. Gives the exit code.
 *
 * @throws UserError when no place is named, or there is no such workflow or place.
 */
export async function resetWorkflow(
  choice: WorkflowChoice,
  { eventId, to, reason = "reset by resource-temporal", format }: ResetOptions,
): Promise<number> {
  const point = eventId ?? to;
  if (point === undefined) {
    throw new UserError(
      "where does the workflow go on? Name --to first-workflow-task, --to last-workflow-task, or --event-id and a number that `resource-temporal workflow history` shows",
    );
  }
  const { workflowId } = choice;
  const reset = await withWorkflow(choice, async (workflow, frontend): Promise<Reset> => {
    const { namespace, connection } = frontend;
    // Another run may begin meanwhile: the history and the reset are of the same one.
    const { runId: from } = await workflow.describe();
    const history = await workflow.client.getHandle(workflowId, from).fetchHistory();
    const at = resetEventId(workflowId, eventsIn(historyJson(history)), point);
    const { runId } = await connection.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId, runId: from },
      reason,
      requestId: randomUUID(),
      // Protobuf.js writes a number where its types want an object of the package `long`.
      workflowTaskFinishEventId: at as never,
      resetReapplyType: allEligible,
    });
    return { workflowId, runId, eventId: at, url: historyUrl(frontend, { workflowId, runId }) };
  });
  console.log(format === "json" ? JSON.stringify(reset, null, 2) : resetText(reset));
  return 0;
}

function resetText({ workflowId, runId, eventId, url }: Reset): string {
  const rows = [
    ["run id", runId],
    ["history", url],
  ] as const;
  return [`workflow ${workflowId} goes on from event ${eventId}`, ...facts(rows)].join("\n");
}
