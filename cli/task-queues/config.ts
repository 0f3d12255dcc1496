/**
 * The limits of a task queue of one type, as people and programs see them.
 */
import type { Connection } from "@temporalio/client";
import { defined } from "../../platform/defined.ts";
import { cell, facts } from "../output.ts";
import { isoTime } from "../../clients/wire.ts";
import { rateLimitIn, rateText, type TaskQueueAnswer } from "./description.ts";
import type { TaskQueueType } from "./input.ts";

/** What the server says of the settings of a task queue of one type. */
type ConfigAnswer = Awaited<
  ReturnType<Connection["workflowService"]["updateTaskQueueConfig"]>
>["config"];

/** A limit that somebody has set. */
export interface RateLimit {
  /** Left out when the limit was removed. */
  readonly requestsPerSecond?: number;
  /** Why, in the words of who set or removed it; empty where nobody said. */
  readonly reason: string;
  /** Who set or removed it. */
  readonly updateIdentity: string;
  readonly updateTime?: string;
}

/** The limits of a task queue of one type; part of the shape of `--format json`. */
export interface TaskQueueConfig {
  readonly type: TaskQueueType;
  /** Most tasks a second that the queue gives out; left out where nobody has set it. */
  readonly queueRateLimit?: RateLimit;
  /** Most tasks a second that it gives out for each fairness key, scaled by the key's weight; left out where nobody has set it. */
  readonly fairnessKeyRateLimitDefault?: RateLimit;
  /** The limit that holds for the queue: that of the API before the workers', and theirs before the server's. */
  readonly effectiveRateLimit: {
    readonly requestsPerSecond: number;
    /** Who set it: Api, Worker or System. */
    readonly source: string;
  };
}

/** What the server says, in one shape. */
export function taskQueueConfig(
  type: TaskQueueType,
  config: ConfigAnswer,
  effective: TaskQueueAnswer["effectiveRateLimit"],
): TaskQueueConfig {
  return {
    type,
    ...defined({
      queueRateLimit: limitIn(config?.queueRateLimit),
      fairnessKeyRateLimitDefault: limitIn(config?.fairnessKeysRateLimitDefault),
    }),
    effectiveRateLimit: rateLimitIn(effective),
  };
}

function limitIn(answer: NonNullable<ConfigAnswer>["queueRateLimit"]): RateLimit | undefined {
  if (!answer) return undefined;
  const { rateLimit, metadata } = answer;
  return {
    // The server leaves 0 out, which stops the queue; no limit at all has no message.
    ...(rateLimit ? { requestsPerSecond: rateLimit.requestsPerSecond ?? 0 } : {}),
    reason: metadata?.reason ?? "",
    updateIdentity: metadata?.updateIdentity ?? "",
    ...defined({ updateTime: isoTime(metadata?.updateTime) }),
  };
}

/** The limits of a task queue of one type, for people. */
export function taskQueueConfigText(config: TaskQueueConfig): string {
  const { type, queueRateLimit, fairnessKeyRateLimitDefault, effectiveRateLimit } = config;
  const { requestsPerSecond, source } = effectiveRateLimit;
  return [
    type,
    ...facts([
      ["queue rate limit", ...limitText(queueRateLimit)],
      ["fairness key rate limit default", ...limitText(fairnessKeyRateLimitDefault)],
      [
        "in force for the queue",
        `${rateText(requestsPerSecond)} (${source})${requestsPerSecond === 0 ? ", it gives out nothing" : ""}`,
      ],
    ]),
  ].join("\n");
}

function limitText(limit: RateLimit | undefined): readonly string[] {
  if (limit === undefined) return [];
  const { requestsPerSecond, reason, updateIdentity, updateTime } = limit;
  const what = requestsPerSecond === undefined ? "none" : rateText(requestsPerSecond);
  return [
    `${what}, by ${cell(updateIdentity)} at ${updateTime ?? "-"}`,
    ...(reason === "" ? [] : [cell(reason)]),
  ];
}
