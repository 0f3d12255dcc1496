/**
 * The workflow that the end-to-end tests run.
 */
import {
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
} from "@temporalio/workflow";
import type * as activities from "./activities.ts";

const { compose, double, doubleAtLast } = proxyActivities<typeof activities>({
  startToCloseTimeout: "10s",
  retry: { initialInterval: "200ms", maximumInterval: "2s" },
});

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

/** Lets a journey go on, with a number to add. */
export const goSignal = defineSignal<[number]>("go");

/** How far a journey has come. */
export const stageQuery = defineQuery<string>("stage");

/** Different activities of a {@link journey}. */
export const journeyActivities = 2;

/**
 * Uses all that a server must keep: an activity, a timer, a signal, and an activity that fails at its first attempt. Gives 4 times the
 * number, and what was added.
 */
export async function journey(number: number): Promise<number> {
  let added: number | undefined;
  let stage = "begun";
  setHandler(goSignal, (given) => {
    added = given;
  });
  setHandler(stageQuery, () => stage);
  const doubled = await double(number);
  await sleep("500ms");
  stage = "waiting";
  await condition(() => added !== undefined);
  stage = "going";
  return (await doubleAtLast(doubled)) + (added ?? 0);
}
