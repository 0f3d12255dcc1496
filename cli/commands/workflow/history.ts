/**
 * `resource-temporal workflow history`.
 */
import { type WorkflowChoice, withWorkflow } from "./client.ts";
import { eventsIn, eventsText } from "./event.ts";
import { historyJson } from "./history-json.ts";

/**
 * Shows all events of a run of a workflow; as JSON they are a file for a replay. Gives the exit code.
 *
 * @throws UserError when there is no such workflow.
 */
export async function showHistory(
  choice: WorkflowChoice,
  { format }: { readonly format: "text" | "json" },
): Promise<number> {
  const history = await withWorkflow(choice, (workflow) => workflow.fetchHistory());
  const json = historyJson(history);
  console.log(format === "json" ? json : eventsText(eventsIn(json)));
  return 0;
}
