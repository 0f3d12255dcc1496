/**
 * Changes that exclude each other at the server, one after the other.
 */

let last: Promise<unknown> = Promise.resolve();

/** Does something after all that was asked for before, whether that failed or not. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  return mine;
}
