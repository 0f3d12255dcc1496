/**
 * `resource-temporal workflow describe`.
 */
import { shown } from "../../output.ts";
import { type WorkflowChoice, withWorkflow } from "./client.ts";
import { workflowDescription, workflowText } from "./description.ts";

/**
 * Shows everything about a run of a workflow but its history. Gives the exit code.
 *
 * @throws UserError when there is no such workflow.
 */
export async function describeWorkflow(
  choice: WorkflowChoice,
  { format }: { readonly format: "text" | "json" },
): Promise<number> {
  const { raw } = await withWorkflow(choice, (workflow) => workflow.describe());
  console.log(shown(workflowDescription(raw), format, workflowText));
  return 0;
}
