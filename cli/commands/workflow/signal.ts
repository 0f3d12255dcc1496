/**
 * `resource-temporal workflow signal`.
 */
import { type WorkflowChoice, withWorkflow } from "./client.ts";
import { rawArgument } from "./payload.ts";

/** What is sent. */
export interface SignalOptions {
  readonly name: string;
  /** Arguments as JSON. */
  readonly input?: readonly string[];
  /** Arguments as JSON, that were in files. */
  readonly inputFile?: readonly string[];
}

/**
 * Sends a signal to a workflow; whether the workflow knows it, nobody tells. Gives the exit code.
 *
 * @throws UserError when there is no such workflow, or it has ended.
 */
export async function signalWorkflow(
  choice: WorkflowChoice,
  { name, input, inputFile }: SignalOptions,
): Promise<number> {
  const args = (input ?? inputFile ?? []).map(rawArgument);
  await withWorkflow(choice, (workflow) => workflow.signal<unknown[]>(name, ...args));
  console.log(`signal ${name} is sent to workflow ${choice.workflowId}`);
  return 0;
}
