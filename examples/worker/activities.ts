/**
 * What the worker does outside of Temporal.
 */

/** Ships an item; gives what is told to the customer. */
export function ship(item: string): Promise<string> {
  return Promise.resolve(`${item} is on its way`);
}
