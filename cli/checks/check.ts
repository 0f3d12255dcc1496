/**
 * Checks of a resource that runs, and what came of them.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { columns } from "../output.ts";

/** A question to something that runs. */
export interface Check {
  /** What must hold, such as `history is healthy`. */
  readonly name: string;
  /** Throws an Error with one line when it does not hold. */
  run(): Promise<void>;
}

/** What came of a check. */
export interface CheckResult {
  readonly suite: string;
  readonly cluster: string;
  readonly check: string;
  readonly result: "passed" | "failed";
  /** Why it failed, in one line. */
  readonly detail?: string;
  readonly seconds: number;
}

/** Whose checks these are. */
export interface CheckedSuite {
  readonly suite: string;
  readonly cluster: string;
  readonly checks: readonly Check[];
  /** Whether one needs what another one did. */
  readonly order: "all at once" | "one after the other";
  /** Time for all of them together, in seconds. */
  readonly timeoutSeconds: number;
}

/** Runs checks. Those that the time does not suffice for have failed. */
export async function runChecks({
  suite,
  cluster,
  checks,
  order,
  timeoutSeconds,
}: CheckedSuite): Promise<readonly CheckResult[]> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const resultOf = async (check: Check): Promise<CheckResult> => {
    const start = Date.now();
    const detail = await failureOf(check, deadline - start, timeoutSeconds);
    return {
      ...{ suite, cluster, check: check.name },
      ...(detail === undefined ? { result: "passed" } : { result: "failed", detail }),
      seconds: Math.round((Date.now() - start) / 10) / 100,
    };
  };
  if (order === "all at once") return Promise.all(checks.map(resultOf));
  const results: CheckResult[] = [];
  for (const check of checks) results.push(await resultOf(check));
  return results;
}

async function failureOf(
  check: Check,
  milliseconds: number,
  timeoutSeconds: number,
): Promise<string | undefined> {
  const late = `the ${timeoutSeconds} s of this test are over`;
  if (milliseconds <= 0) return late;
  const end = new AbortController();
  try {
    return await Promise.race([
      check.run().then(() => undefined),
      sleep(milliseconds, late, { signal: end.signal }),
    ]);
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  } finally {
    end.abort();
  }
}

/** The results as a table for people. */
export function resultsText(results: readonly CheckResult[]): string {
  const rows = results.map(({ suite, cluster, check, result, detail = "", seconds }) => [
    ...[suite, cluster, result, `${seconds.toFixed(2)} s`],
    detail === "" ? check : `${check}: ${detail}`,
  ]);
  const failed = results.filter(({ result }) => result === "failed").length;
  return [
    ...columns([["test", "cluster", "result", "time", "check"], ...rows]),
    "",
    failed === 0
      ? `All ${results.length} checks passed.`
      : `${failed} of ${results.length} checks failed.`,
  ].join("\n");
}
