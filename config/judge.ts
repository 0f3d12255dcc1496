/**
 * Judges a value by a schema, and says what is wrong in words that name the key.
 */
import type { z } from "zod";

/**
 * The value after the schema; undefined when it has faults, which are added to the list, one line each.
 *
 * @param key What the value is called, such as `temporal-platform:clusters`.
 */
export function judge<S extends z.ZodType>(
  schema: S,
  value: unknown,
  key: string,
  faults: string[],
): z.output<S> | undefined {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  faults.push(...result.error.issues.map((issue) => `${path(key, issue.path)}: ${words(issue)}`));
  return undefined;
}

function path(key: string, parts: readonly PropertyKey[]): string {
  return parts.reduce<string>(
    (text, part) =>
      typeof part === "number"
        ? `${text}[${String(part)}]`
        : text === ""
          ? String(part)
          : `${text}.${String(part)}`,
    key,
  );
}

function words(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return `unknown key ${issue.keys.join(", ")}; see docs/config-reference.md for the keys there are`;
    case "invalid_type":
      return issue.input === undefined
        ? `is missing; it must be ${article(issue.expected)}`
        : `must be ${article(issue.expected)}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}`;
    case "too_small":
      if (issue.origin === "string" && issue.message.startsWith("Too small")) {
        return "must not be empty";
      }
      return issue.message.startsWith("Too small")
        ? `must be ${issue.inclusive === false ? "more than" : "at least"} ${String(issue.minimum)}`
        : issue.message;
    case "too_big":
      return issue.message.startsWith("Too big")
        ? `must be at most ${String(issue.maximum)}`
        : issue.message;
    case "invalid_key":
      return issue.issues.map(words).join("; ");
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options)
        ? `must be ${issue.options.map(String).join(" or ")}`
        : issue.message;
    default:
      return issue.message;
  }
}

function article(type: string): string {
  return type === "int" ? "a whole number" : `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}
