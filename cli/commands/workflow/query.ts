/**
 * `resource-temporal workflow query`.
 */
import { status } from "@grpc/grpc-js";
import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  QueryNotRegisteredError,
} from "@temporalio/client";
import { frontendReason } from "../../../clients/temporal.ts";
import { UserError } from "../../../offline/user-error.ts";
import { durationText } from "../../output.ts";
import { type WorkflowChoice, withWorkflow } from "./client.ts";
import { rawArgument } from "./payload.ts";

/** What is asked. */
export interface QueryOptions {
  readonly queryType: string;
  /** Arguments as JSON. */
  readonly input?: readonly string[];
  /** Arguments as JSON, that were in files. */
  readonly inputFile?: readonly string[];
  /** Longest time for an answer, in seconds. */
  readonly timeout: number;
}

/**
 * Asks a workflow something, and prints its answer as JSON. Gives the exit code.
 *
 * @throws UserError when the workflow knows no such query, or nobody answers for it.
 */
export async function queryWorkflow(
  choice: WorkflowChoice,
  { queryType, input, inputFile, timeout }: QueryOptions,
): Promise<number> {
  const { workflowId } = choice;
  const args = (input ?? inputFile ?? []).map(rawArgument);
  const answer = await withWorkflow(choice, async (workflow, { connection }) => {
    try {
      return await connection.withDeadline(Date.now() + timeout * 1000, () =>
        workflow.query<unknown, unknown[]>(queryType, ...args),
      );
    } catch (error) {
      if (error instanceof QueryNotRegisteredError) {
        throw new UserError(
          `workflow ${workflowId} gives no answer to ${queryType}: ${frontendReason(error)}`,
        );
      }
      // A call whose deadline comes while the server is asked again counts as cancelled.
      const late = isGrpcDeadlineError(error) || isGrpcCancelledError(error);
      if (!late && !isWithoutWorker(error)) throw error;
      const how = late ? ` within ${durationText(timeout)}` : "";
      throw new UserError(
        `workflow ${workflowId} does not answer${how}: does a worker with its code run? \`resource-temporal task-queue describe\` shows who polls`,
      );
    }
  });
  console.log(JSON.stringify(answer ?? null, null, 2));
  return 0;
}

/** The server's quick answer where nobody has polled the task queue for a while, or the workflow's tasks fail. */
function isWithoutWorker(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  return isGrpcServiceError(cause) && cause.code === status.FAILED_PRECONDITION;
}
