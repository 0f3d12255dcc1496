/**
 * Starts workflows of content.
 */
import { randomUUID } from "node:crypto";
import {
  Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandle,
  type WorkflowStartOptions,
} from "@temporalio/client";
import { defined } from "../../../platform/defined.ts";
import { frontendReason } from "../../../clients/temporal.ts";
import { UserError } from "../../../offline/user-error.ts";
import type { Frontend } from "../../gateway.ts";
import type { WorkflowDefinition } from "../definition.ts";

/** A workflow that was started. */
export interface StartedWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  /** Where a browser finds its history. */
  readonly url: string;
  readonly result: () => Promise<unknown>;
}

/**
 * Starts a workflow.
 *
 * @param name Of the content; a workflow without an id gets one that begins with it.
 * @throws UserError when a workflow of the id runs.
 */
export async function startWorkflow(
  { connection, namespace, uiUrl }: Frontend,
  name: string,
  definition: WorkflowDefinition,
): Promise<StartedWorkflow> {
  const { workflowType, workflowId = `${name}-${randomUUID()}` } = definition;
  try {
    const handle = await new Client({ connection, namespace }).workflow.start(workflowType, {
      workflowId,
      ...startOptions(definition),
    });
    const { firstExecutionRunId: runId } = handle;
    const path = ["namespaces", namespace, "workflows", workflowId, runId, "history"];
    const url = `${uiUrl}${path.map(encodeURIComponent).join("/")}`;
    return { workflowId, runId, url, result: () => resultOf(handle) };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new UserError(
      `a workflow ${workflowId} runs in namespace ${namespace} already: wait for its end, or choose another workflowId`,
    );
  }
}

async function resultOf(handle: WorkflowHandle): Promise<unknown> {
  try {
    return (await handle.result()) as unknown;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new UserError(`workflow ${handle.workflowId} failed: ${frontendReason(error)}`);
  }
}

/** A search attribute's value. */
type SearchAttributeValue = string | number | boolean | readonly string[];

/** What a start may say; timeouts are in seconds. */
export interface StartSettings {
  readonly taskQueue: string;
  readonly input?: readonly unknown[];
  readonly executionTimeout?: number;
  readonly runTimeout?: number;
  readonly taskTimeout?: number;
  readonly memo?: Readonly<Record<string, unknown>>;
  readonly searchAttributes?: Readonly<Record<string, SearchAttributeValue>>;
}

/** What the SDK needs for a start, now or by a schedule. */
export function startOptions({
  taskQueue,
  input = [],
  executionTimeout,
  runTimeout,
  taskTimeout,
  memo,
  searchAttributes,
}: StartSettings): Omit<WorkflowStartOptions, "workflowId"> {
  return {
    taskQueue,
    args: input,
    ...(executionTimeout === undefined
      ? {}
      : { workflowExecutionTimeout: executionTimeout * 1000 }),
    ...(runTimeout === undefined ? {} : { workflowRunTimeout: runTimeout * 1000 }),
    ...(taskTimeout === undefined ? {} : { workflowTaskTimeout: taskTimeout * 1000 }),
    ...defined({ memo }),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- with the newer way the type would be a guess
    ...(searchAttributes === undefined ? {} : { searchAttributes: untyped(searchAttributes) }),
  };
}

type Values = readonly string[] | readonly number[] | readonly boolean[];

/**
 * Search attributes as the SDK first took them: as lists, without a type. The server adds the type, which it alone knows; one that is named to it stays
 * as it is, and a workflow would not find its attribute by another.
 */
function untyped(
  attributes: Readonly<Record<string, SearchAttributeValue>>,
): Record<string, Values> {
  return Object.fromEntries<Values>(
    Object.entries(attributes).map(([name, value]) => {
      if (typeof value === "string") return [name, [value]];
      if (typeof value === "number") return [name, [value]];
      return [name, typeof value === "boolean" ? [value] : value];
    }),
  );
}
