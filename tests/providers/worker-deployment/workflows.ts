/**
 * Workflows of versioned workers.
 */
import {
  ApplicationFailure,
  condition,
  defineSignal,
  proxyActivities,
  setHandler,
} from "@temporalio/workflow";
import type { BuildActivities } from "./in-process-runner.ts";

const { ownBuild } = proxyActivities<BuildActivities>({ startToCloseTimeout: "10s" });

/** Lets {@link waits} end. */
export const goSignal = defineSignal("go");

/** Waits for a signal; gives the build that then runs it. */
export async function waits(): Promise<string> {
  let goes = false;
  setHandler(goSignal, () => {
    goes = true;
  });
  await condition(() => goes);
  return ownBuild();
}

/** Gives the build that runs it. */
export async function build(): Promise<string> {
  return ownBuild();
}

/** A gate that holds for every build but one that is broken. */
export async function smoke(broken: string): Promise<void> {
  const own = await ownBuild();
  if (own === broken) throw ApplicationFailure.nonRetryable(`build ${own} smokes`);
}
