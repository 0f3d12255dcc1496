/**
 * A greeting that waits to be told whom to greet: the smallest workflow with an activity, a signal and a query.
 */
import {
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
} from "@temporalio/workflow";
import type * as activities from "./activities.ts";

const { greet } = proxyActivities<typeof activities>({ startToCloseTimeout: "10 seconds" });

/** Tells the workflow whom to greet. */
export const tellName = defineSignal<[name: string]>("tellName");

/** What the workflow is doing. */
export const stage = defineQuery<Stage>("stage");

/** The answers of {@link stage}. */
export type Stage = "waiting for a name" | "greeting" | "done";

/** Waits for a name, and greets it. */
export async function hello(): Promise<string> {
  let now: Stage = "waiting for a name";
  let name = "";
  setHandler(stage, () => now);
  setHandler(tellName, (told) => {
    name = told;
  });

  await condition(() => name !== "");
  now = "greeting";
  const greeting = await greet(name);
  now = "done";
  return greeting;
}
