/**
 * `resource-temporal test integration`: a cluster does its work.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { HelloRun } from "../../examples/hello/hello.ts";
import { UserError } from "../../offline/user-error.ts";
import { type ClusterChoice, withFrontend, withGateway } from "../gateway.ts";
import type { Check } from "./check.ts";

/** Time between two looks at the list of workflows, in milliseconds. */
const pauseMs = 500;

/** A workflow with an activity, a query and a signal runs to its end, is in the list, and its history can be read. */
export function integrationChecks(choice: ClusterChoice): readonly Check[] {
  let ran: HelloRun | undefined;
  const done = (): HelloRun => {
    if (ran === undefined) throw new UserError("there is no workflow to look for");
    return ran;
  };
  return [
    {
      name: "a workflow with an activity, a query and a signal runs to its end",
      run: () =>
        withGateway(choice, async ({ address, transport, outputs }) => {
          const { runHello } = await import("../../examples/hello/hello.ts");
          const namespace = outputs.namespaces[0] ?? "default";
          ran = await runHello({ address, namespace, tls: transport === "tls" }, "Temporal");
        }),
    },
    {
      name: "its history has all events",
      run: () =>
        withFrontend(choice, async ({ connection, namespace }) => {
          const { workflowId, runId } = done();
          const { history } = await connection.workflowService.getWorkflowExecutionHistory({
            namespace,
            execution: { workflowId, runId },
          });
          const events = history?.events ?? [];
          const last = events.at(-1);
          if (last?.workflowExecutionCompletedEventAttributes == null) {
            throw new UserError(`its last event of ${events.length} is not its completion`);
          }
        }),
    },
    {
      // Visibility follows in the background; the time of the test bounds the wait.
      name: "it is in the list of completed workflows",
      run: () =>
        withFrontend(choice, async ({ connection, namespace }) => {
          const { workflowId } = done();
          const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Completed'`;
          for (;;) {
            const { executions } = await connection.workflowService.listWorkflowExecutions({
              ...{ namespace, query, pageSize: 1 },
            });
            if (executions.length > 0) return;
            await sleep(pauseMs);
          }
        }),
    },
  ];
}
