/**
 * What a preview sees of a frontend.
 */
import type { Connection } from "@temporalio/client";
import type { Frontend } from "./frontend.ts";

/** Looks at something; undefined where the frontend cannot be reached, as before the first deployment, or the look fails. */
export async function foundBeforehand<T>(
  frontend: Frontend,
  look: (connection: Connection) => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await look(await frontend());
  } catch {
    return undefined;
  }
}
