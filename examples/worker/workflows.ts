/**
 * Orders that are shipped at once, or when they are paid.
 */
import { condition, defineSignal, proxyActivities, setHandler } from "@temporalio/workflow";
import type * as activities from "./activities.ts";

const { ship } = proxyActivities<typeof activities>({ startToCloseTimeout: "10 seconds" });

/** Ships an item; gives what is told to the customer. */
export async function order(item: string): Promise<string> {
  return ship(item);
}

/** Tells that an order is paid. */
const paid = defineSignal("paid");

/** Ships an item when it is paid; it may wait for long, and a worker of its version must be there until then. */
export async function prepaidOrder(item: string): Promise<string> {
  let isPaid = false;
  setHandler(paid, () => {
    isPaid = true;
  });
  await condition(() => isPaid);
  return ship(item);
}
