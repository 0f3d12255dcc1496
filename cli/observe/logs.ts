/**
 * What a cluster's containers write, as lines.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Which lines are wanted. */
export interface LogOptions {
  /** The last lines of each container, at most. */
  readonly tail: number;
  /** Whether new lines are waited for. */
  readonly follow: boolean;
  /** No lines that are older, in seconds. */
  readonly sinceSeconds?: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** A container or pod that writes. */
export interface LogSource {
  readonly component: string;
  readonly name: string;
  open(options: LogOptions): Promise<Readable>;
}

/**
 * Writes the lines of all sources; each begins with the source's name where there are several.
 *
 * @returns The number of lines.
 */
export async function writeLogs(
  sources: readonly LogSource[],
  options: LogOptions,
  write: (line: string) => void,
): Promise<number> {
  let count = 0;
  const copy = async (source: LogSource): Promise<void> => {
    const input = await source.open(options);
    for await (const line of createInterface({ input })) {
      count++;
      write(sources.length === 1 ? line : `${source.name} | ${line}`);
    }
  };
  // One after the other, so that lines of one container stay together; when they are followed, as they come.
  if (options.follow) await Promise.all(sources.map(copy));
  else for (const source of sources) await copy(source);
  return count;
}
