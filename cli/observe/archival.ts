/**
 * Whether closed workflows reach the object store, as history's log tells: there is one line for every attempt that fails
 * (`recordArchiveTargetResult` in temporal/service/history/archival/archiver.go), whatever the log level and whether or not anybody scrapes metrics.
 */
import { createInterface } from "node:readline";
import { z } from "zod";
import { archivingRoles } from "../../platform/archival.ts";
import { rawSettings } from "../pulumi/needs.ts";
import type { LogSource } from "./logs.ts";

/** How far back the log is read, in minutes. History tries again every three minutes at the latest (docs/runbooks/archival.md). */
export const watchedMinutes = 10;

/** The most lines of a process that are read. */
const mostLines = 5000;

/** Attempts that have failed lately. */
export interface ArchivalFailures {
  readonly attempts: number;
  /** When the last one did, in ISO 8601. */
  readonly last: string;
  /** What is wrong, as far as the server's words tell. */
  readonly reason: string;
  /** The server's own words. */
  readonly error: string;
}

const cluster = z.looseObject({
  name: z.string().optional(),
  archival: z.looseObject({ kind: z.string().optional() }).optional(),
});

/** Names of the clusters of a stack file that have an object store. */
export function archivingClusters(text: string): readonly string[] {
  const raw = rawSettings(text);
  const common = cluster.catch({}).parse(raw.common ?? {});
  const clusters = z.array(cluster.catch({})).catch([]).parse(raw.clusters);
  return clusters.flatMap(({ name, archival }) => {
    const kind = archival?.kind ?? common.archival?.kind ?? "none";
    return name === undefined || kind === "none" ? [] : [name];
  });
}

const failure = z.object({
  msg: z.literal("failed to archive target"),
  ts: z.string(),
  error: z.string(),
});
type Failure = z.output<typeof failure>;

/** The attempts that have failed in the last minutes; undefined when none has. */
export async function archivalFailures(
  sources: readonly LogSource[],
): Promise<ArchivalFailures | undefined> {
  const [history] = archivingRoles;
  const found = (
    await Promise.all(sources.filter(({ component }) => component === history).map(failuresIn))
  )
    .flat()
    .toSorted((a, b) => a.ts.localeCompare(b.ts));
  const last = found.at(-1);
  if (last === undefined) return undefined;
  const { ts, error } = last;
  return { attempts: found.length, last: ts, reason: reasonOf(error), error };
}

async function failuresIn(source: LogSource): Promise<readonly Failure[]> {
  const input = await source.open({
    ...{ tail: mostLines, follow: false, sinceSeconds: watchedMinutes * 60 },
    signal: new AbortController().signal,
  });
  const found: Failure[] = [];
  for await (const line of createInterface({ input })) {
    if (!line.includes("failed to archive target")) continue;
    const { data } = failure.safeParse(parsed(line));
    if (data !== undefined) found.push(data);
  }
  return found;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What the error of Amazon's SDK means. The answer to a HEAD request has no body, so that its status is all there is. */
function reasonOf(error: string): string {
  if (/StatusCode: (401|403)\b/.test(error)) return "the object store refuses the keys or the role";
  if (/StatusCode: 404\b/.test(error)) return "the bucket is not there";
  if (/StatusCode: (301|307|400)\b/.test(error)) return "the bucket is in another region";
  if (/StatusCode: (5\d\d|0)\b|dial tcp|no such host|connection re|timeout|deadline/i.test(error)) {
    return "the object store does not answer";
  }
  return "the object store does not take them";
}
