/**
 * `resource-temporal workflow cancel` and `terminate`.
 */
import { ended, type WorkflowChoice, withWorkflow } from "./client.ts";

/**
 * Asks a workflow to end, which it does after it has tidied up. Gives the exit code.
 *
 * @throws UserError when there is no such workflow, or it has ended.
 */
export async function cancelWorkflow(choice: WorkflowChoice): Promise<number> {
  const { workflowId } = choice;
  await withWorkflow(choice, async (workflow) => {
    // The server takes it for a workflow that has ended as well.
    if ((await workflow.describe()).closeTime !== undefined) throw ended(workflowId);
    await workflow.cancel();
  });
  console.log(`workflow ${workflowId} is asked to cancel`);
  return 0;
}

/**
 * Ends a workflow at once; its code learns nothing of it. Gives the exit code.
 *
 * @throws UserError when there is no such workflow, or it has ended.
 */
export async function terminateWorkflow(
  choice: WorkflowChoice,
  reason = "terminated by resource-temporal",
): Promise<number> {
  await withWorkflow(choice, (workflow) => workflow.terminate(reason));
  console.log(`workflow ${choice.workflowId} is terminated`);
  return 0;
}
