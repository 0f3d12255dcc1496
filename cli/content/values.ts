/**
 * Values that definitions have, checked as the options of commands are.
 */
import { z } from "zod";
import { cronExample } from "../../platform/schedule/cron.ts";
import { isTimeZone, timeZoneExample } from "../../platform/schedule/spec.ts";
import { idOf, maxSeconds, secondsIn } from "../input.ts";
import { minRetention } from "../namespaces/input.ts";
import { durationText } from "../output.ts";

/** A text that a function of ../input.ts reads; the function's words follow the key, and so lose their subject. */
function readBy<T>(parse: (text: string) => T): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const message = said.replace(/^It /, "").replace(/\.$/, "");
      context.addIssue({ code: "custom", message, input: text });
      return z.NEVER;
    }
  });
}

/** An id or a name that Temporal takes. */
export const id = readBy(idOf);

/** A duration such as 30s or 2h, in seconds. */
export const seconds = readBy((text) => secondsBetween(text, 1));

/** How long closed workflows are kept, in seconds. */
export const retention = readBy((text) => secondsBetween(text, secondsIn(minRetention)));

function secondsBetween(text: string, least: number): number {
  const count = secondsIn(text);
  if (count >= least && count <= maxSeconds) return count;
  throw new Error(`It must be from ${durationText(least)} to ${durationText(maxSeconds)}.`);
}

/** Any value that JSON has; document.ts sees to that. */
export const json = z.unknown();

/** A text that says something. */
export const text = z.string().min(1);

/** A search attribute's value; the server knows its type. */
export const searchAttribute = z.union(
  [z.string(), z.number(), z.boolean(), z.array(z.string())],
  "must be a text, a number, true, false or a list of texts",
);

/** An IANA time zone; the server judges whether it has it. */
export const timeZone = z.string().refine(isTimeZone, timeZoneExample);

/** Five to seven fields, or a word for them, after a time zone and before a comment, as the server takes them; it judges the fields. */
const cron =
  /^((CRON_)?TZ=\S+ +)?(@(yearly|monthly|weekly|daily|hourly)|@every +\S+|([\w*/,-]+ +){4,6}[\w*/,-]+) *(#.*)?$/;

/** A cron expression. */
export const cronExpression = z.string().regex(cron, cronExample);

/** An object with these keys and no others. */
export function strict<S extends z.core.$ZodShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const keys = Object.keys(shape);
  const known = keys.length === 0 ? "there is none" : `there are: ${keys.join(", ")}`;
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `unknown key ${issue.keys.join(", ")}; ${known}`
        : undefined,
  });
}
