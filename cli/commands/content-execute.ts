/**
 * `resource-temporal content execute`.
 */
import { defined } from "../../platform/defined.ts";
import { UserError } from "../../offline/user-error.ts";
import type { Content } from "../content/definition.ts";
import { type Plan, planOf } from "../content/plan.ts";
import { refused, storedContent, withStored } from "../content/stored.ts";
import {
  type ClusterChoice,
  type Frontend,
  type FrontendChoice,
  withFrontend,
} from "../gateway.ts";
import { facts } from "../output.ts";

/** What `content execute` is asked. */
export interface ExecuteOptions {
  readonly name: string;
  /** Merged over the definition; see ../content/plan.ts. */
  readonly options?: unknown;
}

/**
 * Makes of content what it defines: starts a workflow, registers a namespace, creates a schedule. Gives 2 when there is none, or it is damaged.
 *
 * @throws UserError when an option does not fit, the server refuses it, or a workflow that is waited for fails.
 */
export async function executeContent(
  choice: ClusterChoice,
  { name, options = {} }: ExecuteOptions,
): Promise<number> {
  return withStored(choice.stack, name, async (file) => {
    let content: Content;
    try {
      content = storedContent(file);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      console.error(`error: ${name} is not executable: ${error.message}`);
      return refused;
    }
    const plan = planOf(content, options);
    const namespace = namespaceOf(plan);
    const there: FrontendChoice = { ...choice, ...defined({ namespace }) };
    await withFrontend(there, (frontend) => execute(frontend, name, plan));
    return 0;
  });
}

/** The namespace that a plan is for; undefined for the cluster's first. */
function namespaceOf(plan: Plan): string | undefined {
  switch (plan.kind) {
    case "workflow":
      return plan.workflow.namespace;
    case "schedule":
      return plan.definition.namespace;
    case "namespace":
      return undefined;
  }
}

async function execute(frontend: Frontend, name: string, plan: Plan): Promise<void> {
  switch (plan.kind) {
    case "workflow": {
      const { startWorkflow } = await import("../content/execute/workflow.ts");
      const { workflow, wait } = plan;
      const started = await startWorkflow(frontend, name, workflow);
      console.log(`workflow ${workflow.workflowType} is started`);
      const { workflowId, runId, url } = started;
      const rows = [
        ["workflow id", workflowId],
        ["run id", runId],
        ["namespace", frontend.namespace],
        ["history", url],
      ] as const;
      console.log(facts(rows).join("\n"));
      if (wait) console.log(`result: ${JSON.stringify((await started.result()) ?? null)}`);
      return;
    }
    case "namespace": {
      const { putNamespace } = await import("../content/execute/namespace.ts");
      const done = await putNamespace(frontend.connection, plan.definition);
      console.log(`namespace ${plan.definition.name} is ${done}`);
      return;
    }
    case "schedule": {
      const { putSchedule } = await import("../content/execute/schedule.ts");
      const done = await putSchedule(frontend, plan.definition);
      const { scheduleId } = plan.definition;
      console.log(`schedule ${scheduleId} is ${done} in namespace ${frontend.namespace}`);
      return;
    }
  }
}
