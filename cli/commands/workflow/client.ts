/**
 * The workflows of a namespace.
 */
import { status } from "@grpc/grpc-js";
import {
  Client,
  isGrpcServiceError,
  type WorkflowClient,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from "@temporalio/client";
import { UserError } from "../../../offline/user-error.ts";
import { type Frontend, type FrontendChoice, withFrontend } from "../../gateway.ts";
import { readableConverter } from "./payload.ts";

/** Which workflow is meant. */
export interface WorkflowChoice extends FrontendChoice {
  readonly workflowId: string;
  /** The last run when left out. */
  readonly runId?: string;
}

/** Does something with the workflows of a namespace; see {@link withFrontend}. */
export async function withWorkflows<T>(
  choice: FrontendChoice,
  work: (workflows: WorkflowClient, frontend: Frontend) => Promise<T>,
): Promise<T> {
  return withFrontend(choice, async (frontend) => {
    const { connection, namespace } = frontend;
    const client = new Client({ connection, namespace, dataConverter: readableConverter });
    return work(client.workflow, frontend);
  });
}

/**
 * Does something with one workflow.
 *
 * @throws UserError when there is no such workflow, or it has ended and cannot take what is sent to it; see {@link withWorkflows}.
 */
export async function withWorkflow<T>(
  choice: WorkflowChoice,
  work: (workflow: WorkflowHandle, frontend: Frontend) => Promise<T>,
): Promise<T> {
  const { workflowId, runId } = choice;
  return withWorkflows(choice, async (workflows, frontend) => {
    try {
      return await work(workflows.getHandle(workflowId, runId), frontend);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (error.message.includes("already completed")) throw ended(workflowId);
      const run = runId === undefined ? "" : ` with run ${runId}`;
      throw new UserError(
        `namespace ${frontend.namespace} has no workflow ${workflowId}${run}: \`resource-temporal workflow list\` names those that there are`,
      );
    }
  });
}

/** A workflow has ended, and takes nothing any more. */
export function ended(workflowId: string): UserError {
  return new UserError(
    `workflow ${workflowId} has ended: \`resource-temporal workflow describe --workflow-id ${workflowId}\` shows how`,
  );
}

/** The SDK has an error of its own, and calls that it does not wrap have that of gRPC. */
function isNotFound(error: unknown): error is Error {
  if (error instanceof WorkflowNotFoundError) return true;
  return isGrpcServiceError(error) && error.code === status.NOT_FOUND;
}

/** Where a browser finds the history of a run. */
export function historyUrl(
  { uiUrl, namespace }: Pick<Frontend, "uiUrl" | "namespace">,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): string {
  const path = ["namespaces", namespace, "workflows", workflowId, runId, "history"];
  return `${uiUrl}${path.map(encodeURIComponent).join("/")}`;
}

/** Messages of a failure and its causes, the outermost first. */
export function failureText(error: Error): string {
  const { message, cause } = error;
  return cause instanceof Error ? `${message}: ${failureText(cause)}` : message;
}
