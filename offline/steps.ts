/**
 * How a piece of work is reported.
 */

/** Takes a line for people. */
export type Report = (line: string) => void;

/** Does a piece of work, and says before it what and after it how long it took. Errors pass through. */
export async function step<T>(
  title: string,
  work: () => Promise<T>,
  report: Report = console.log,
): Promise<T> {
  report(`• ${title} …`);
  const start = performance.now();
  const value = await work();
  report(`  done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return value;
}

/** Says that there is nothing to do. */
export function present(title: string, report: Report = console.log): void {
  report(`✓ ${title}`);
}
