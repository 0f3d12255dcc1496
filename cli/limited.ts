/**
 * The first of a list that may be long.
 */

/** The first of a list. */
export interface Limited<T> {
  readonly items: readonly T[];
  /** Whether there are more. */
  readonly more: boolean;
}

/** Takes the first of a list, and asks for no page after them. */
export async function limited<T>(source: AsyncIterable<T>, limit: number): Promise<Limited<T>> {
  const items: T[] = [];
  for await (const item of source) {
    if (items.length === limit) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}

/** Says on stderr that a list goes on, so that nobody takes its first part for all of it. */
export function warnOfMore({ items, more }: Limited<unknown>): void {
  if (!more) return;
  console.error(`there are more than these ${items.length}: --limit shows more`);
}
