/**
 * `resource-temporal workflow start`.
 */
import { randomUUID } from "node:crypto";
import {
  type WorkflowClient,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowHandle,
} from "@temporalio/client";
import { defined } from "../../../platform/defined.ts";
import { UserError } from "../../../offline/user-error.ts";
import { startOptions } from "../../content/execute/workflow.ts";
import type { FrontendChoice } from "../../gateway.ts";
import { facts } from "../../output.ts";
import { failureText, historyUrl, withWorkflows } from "./client.ts";
import { idConflictPolicies, idReusePolicies, type SearchAttributeValue } from "./input.ts";
import { rawArgument } from "./payload.ts";

/** What is started; timeouts are in seconds. */
export interface StartOptions {
  readonly taskQueue: string;
  readonly type: string;
  /** Arguments as JSON. */
  readonly input?: readonly string[];
  /** Arguments as JSON, that were in files. */
  readonly inputFile?: readonly string[];
  /** A UUID when left out. */
  readonly workflowId?: string;
  readonly executionTimeout?: number;
  readonly runTimeout?: number;
  readonly taskTimeout?: number;
  readonly idConflictPolicy?: keyof typeof idConflictPolicies;
  readonly idReusePolicy?: keyof typeof idReusePolicies;
  /** Values as JSON. */
  readonly memo?: Readonly<Record<string, string>>;
  readonly searchAttribute?: Readonly<Record<string, SearchAttributeValue>>;
  /** Until the workflow has ended, and those that it continues as. */
  readonly wait?: boolean;
  readonly format: "text" | "json";
}

/** A workflow that runs; the shape of `--format json`. */
interface Started {
  readonly workflowId: string;
  readonly runId: string;
  readonly namespace: string;
  /** Where a browser finds its history. */
  readonly url: string;
}

/** How it ended; with `--wait` part of the shape of `--format json`. */
type Outcome = { readonly result: unknown } | { readonly failure: string };

/**
 * Starts a workflow. Gives 0, and 1 when it is waited for and does not complete.
 *
 * @throws UserError when a workflow has the id, or, shown as text, the workflow does not complete.
 */
export async function startWorkflow(
  choice: FrontendChoice,
  options: StartOptions,
): Promise<number> {
  const { wait = false, format } = options;
  return withWorkflows(choice, async (workflows, frontend) => {
    const { namespace } = frontend;
    const handle = await started(workflows, options, namespace);
    const { workflowId, firstExecutionRunId: runId } = handle;
    const url = historyUrl(frontend, { workflowId, runId });
    const about: Started = { workflowId, runId, namespace, url };
    if (format === "text") {
      // Nobody tells whether it ran before.
      const what = options.idConflictPolicy === "UseExisting" ? "runs" : "is started";
      console.log(`workflow ${workflowId} ${what}\n${startedText(about)}`);
    }
    const outcome = wait ? await outcomeOf(handle) : undefined;
    if (format === "json") console.log(JSON.stringify({ ...about, ...outcome }, null, 2));
    if (outcome === undefined) return 0;
    if ("failure" in outcome) {
      if (format === "json") return 1;
      throw new UserError(`workflow ${workflowId} did not complete: ${outcome.failure}`);
    }
    if (format === "text") console.log(`result: ${JSON.stringify(outcome.result)}`);
    return 0;
  });
}

async function started(
  workflows: WorkflowClient,
  options: StartOptions,
  namespace: string,
): ReturnType<WorkflowClient["start"]> {
  const { type, input, inputFile, workflowId = randomUUID(), memo = {}, ...rest } = options;
  const { idConflictPolicy, idReusePolicy, searchAttribute: searchAttributes } = options;
  try {
    return await workflows.start(type, {
      ...startOptions({
        ...rest,
        input: (input ?? inputFile ?? []).map(rawArgument),
        memo: Object.fromEntries(
          Object.entries(memo).map(([key, json]) => [key, rawArgument(json)]),
        ),
        ...defined({ searchAttributes }),
      }),
      workflowId,
      ...(idConflictPolicy === undefined
        ? {}
        : { workflowIdConflictPolicy: idConflictPolicies[idConflictPolicy] }),
      ...(idReusePolicy === undefined
        ? {}
        : { workflowIdReusePolicy: idReusePolicies[idReusePolicy] }),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new UserError(
      `namespace ${namespace} has a workflow ${workflowId} already: name another --workflow-id, or say by --id-conflict-policy (it runs) or --id-reuse-policy (it has ended) what is to happen`,
    );
  }
}

async function outcomeOf(handle: WorkflowHandle): Promise<Outcome> {
  try {
    const result: unknown = await handle.result();
    return { result: result ?? null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { failure: failureText(error.cause ?? error) };
  }
}

function startedText({ runId, namespace, url }: Started): string {
  const rows = [
    ["run id", runId],
    ["namespace", namespace],
    ["history", url],
  ] as const;
  return facts(rows).join("\n");
}
