/**
 * Objects of a server that does not answer for a while: it has just started, or is just being replaced.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import type { ResourceType } from "../../protocol/provider.ts";
import { codeOf } from "./calls.ts";

/** The frontend cannot be reached at all. */
export class Unreachable extends Error {}

/** Longest time that a server may take to answer, in milliseconds: history joins its ring for up to 10 s after the frontend serves. */
const limit = 60_000;

/** Time between two tries, in milliseconds; the client itself has tried several times before. */
const period = 500;

/** The type, which tries again what an outage stops, and leaves the state as it is when it cannot look. */
export function throughOutages(type: ResourceType): ResourceType {
  return {
    ...type,
    create: (inputs, call) => patiently(call.signal, () => type.create(inputs, call)),
    update: (state, inputs, call) =>
      patiently(call.signal, async () => (await type.update?.(state, inputs, call)) ?? inputs),
    delete: (id, state, call) => patiently(call.signal, async () => type.delete?.(id, state, call)),
    ...(type.read === undefined
      ? {}
      : {
          read: async (id, known, call) => {
            try {
              return await type.read?.(id, known, call);
            } catch (error) {
              // An import has nothing that could stay.
              if (!isOutage(error) || Object.keys(known.inputs).length === 0) throw error;
              console.error(
                `${call.name} was not looked at: ${error instanceof Error ? error.message : ""}`,
              );
              return { id, ...known };
            }
          },
        }),
  };
}

async function patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || signal.aborted || Date.now() > end) throw error;
      await sleep(period);
    }
  }
}

/** Whether the same call may go well a moment later. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof Unreachable) return true;
  const code = codeOf(error);
  return code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED || isOutage(error.cause);
}
