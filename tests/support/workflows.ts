/**
 * The workflow that the end-to-end tests run.
 */
import {
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
} from "@temporalio/workflow";
import type * as activities from "./activities.ts";

const { compose } = proxyActivities<typeof activities>({ startToCloseTimeout: "10s" });

/** Names the person to greet and lets the workflow end. */
export const nameSignal = defineSignal<[string]>("name");

/** Whom the workflow will greet. */
export const nameQuery = defineQuery<string>("name");

/** Waits for a name, then greets by an activity. */
export async function greet(): Promise<string> {
  let name = "";
  setHandler(nameSignal, (given) => {
    name = given;
  });
  setHandler(nameQuery, () => (name === "" ? "nobody yet" : name));
  await condition(() => name !== "");
  return compose(name);
}
