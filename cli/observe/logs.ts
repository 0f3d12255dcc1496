/**
 * What a cluster's containers write, as lines.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Which lines are wanted. */
export interface LogOptions {
  /** The last lines of each container, at most; all when left out. */
  readonly tail?: number;
  /** Whether new lines are waited for. */
  readonly follow: boolean;
  /** No lines that are older, in seconds. */
  readonly sinceSeconds?: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** Which lines of {@link LogOptions} are shown. */
export interface ShownLines extends LogOptions {
  /** Id of a workflow: only lines that mention it, of which `tail` are shown; with `follow` all that there are. */
  readonly workflowId?: string;
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
  { workflowId, ...options }: ShownLines,
  write: (line: string) => void,
): Promise<number> {
  let count = 0;
  const show = (source: LogSource, line: string): void => {
    count++;
    write(sources.length === 1 ? line : `${source.name} | ${line}`);
  };
  const copy = async (source: LogSource): Promise<void> => {
    if (workflowId === undefined) {
      for await (const line of linesOf(await source.open(options))) show(source, line);
      return;
    }
    const { tail, ...wanted } = options;
    const kept: string[] = [];
    for await (const line of linesOf(await source.open(wanted))) {
      if (!mentions(line, workflowId)) continue;
      if (options.follow) show(source, line);
      else kept.push(line);
    }
    for (const line of tail === undefined ? kept : lastOf(kept, tail)) show(source, line);
  };
  // One after the other, so that lines of one container stay together; when they are followed, as they come.
  if (options.follow) await Promise.all(sources.map(copy));
  else for (const source of sources) await copy(source);
  return count;
}

/**
 * Whether a line mentions a workflow: its id stands there, as it is or as JSON writes it, and not as a part of a longer one. Temporal's roles write it
 * as `wf-id` (temporal/common/log/tag/tags.go) and within errors, SDKs under names of their own.
 */
export function mentions(line: string, workflowId: string): boolean {
  const inJson = JSON.stringify(workflowId).slice(1, -1);
  return [...new Set([workflowId, inJson])].some((id) => {
    for (let at = line.indexOf(id); at !== -1; at = line.indexOf(id, at + 1)) {
      const around = [line.charAt(at - 1), line.charAt(at + id.length)];
      if (!around.some((character) => /[\w-]/.test(character))) return true;
    }
    return false;
  });
}

function linesOf(input: Readable): AsyncIterable<string> {
  return createInterface({ input });
}

function lastOf<T>(all: readonly T[], count: number): readonly T[] {
  return count === 0 ? [] : all.slice(-count);
}
