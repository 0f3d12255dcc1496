/**
 * Calls of a frontend.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { frontendReason } from "../../../clients/temporal.ts";

/** The status of a call that failed; undefined for errors of another kind, whose code is a text where they have one. */
export function codeOf(error: unknown): status | undefined {
  return error instanceof Error && "code" in error && isStatus(error.code) ? error.code : undefined;
}

function isStatus(code: unknown): code is status {
  return typeof code === "number" && code in status;
}

/** An error in the server's own words. */
export function inWords(error: unknown, what: string): Error {
  return new Error(`${what}: ${frontendReason(error)}`, { cause: error });
}

/** Time between two tries, in milliseconds. */
const period = 200;

/** Longest time that a change may take to reach every process of the server, in milliseconds; caches are refreshed every 2 s (`system.namespaceCacheRefreshInterval`). */
const limit = 60_000;

/**
 * Calls until the server answers well.
 *
 * @throws Error with `what` and the server's last words when that takes too long.
 */
export async function until(
  what: string,
  signal: AbortSignal,
  call: () => Promise<unknown>,
): Promise<void> {
  const end = Date.now() + limit;
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (signal.aborted || Date.now() > end) throw inWords(error, what);
      await sleep(period);
    }
  }
}
