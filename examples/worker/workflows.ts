/**
 * An order that is shipped at once.
 */
import { proxyActivities } from "@temporalio/workflow";
import type * as activities from "./activities.ts";

const { ship } = proxyActivities<typeof activities>({ startToCloseTimeout: "10 seconds" });

/** Ships an item; gives what is told to the customer. */
export async function order(item: string): Promise<string> {
  return ship(item);
}
