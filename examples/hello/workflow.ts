/**
 * The first workflow: asks an activity for a greeting, tells a query where it is, and goes on when a signal says so.
 */
import {
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
} from "@temporalio/workflow";
import type * as activities from "./activities.ts";

const { composeGreeting } = proxyActivities<typeof activities>({
  startToCloseTimeout: "10 seconds",
});

/** Tells the workflow that its greeting may be given. */
export const approve = defineSignal<[by: string]>("approve");

/** Asks the workflow what it is doing. */
export const status = defineQuery<string>("status");

/** Greets someone, once someone else has approved. */
export async function hello(name: string): Promise<string> {
  let approvedBy: string | undefined;
  let doing = "composing the greeting";
  setHandler(status, () => doing);
  setHandler(approve, (by) => {
    approvedBy = by;
  });

  const greeting = await composeGreeting(name);
  doing = "waiting for approval";
  await condition(() => approvedBy !== undefined);
  doing = "done";
  return `${greeting} (approved by ${approvedBy ?? "nobody"})`;
}
