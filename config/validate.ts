/**
 * Judges a value by a schema, and says what is wrong in words that name the key.
 */
import type { z } from "zod";

/**
 * The value after the schema; undefined when it has faults, which are added to the list, one line each.
 *
 * @param key What the value is called, such as `temporal-platform:clusters`.
 */
export function validate<S extends z.ZodType>(
  schema: S,
  value: unknown,
  key: string,
  faults: string[],
): z.output<S> | undefined {
  const result = schema.safeParse(value, { reportInput: true, error: words });
  if (result.success) return result.data;
  faults.push(
    ...result.error.issues.map((issue) => `${keyText(key, issue.path)}: ${issue.message}`),
  );
  return undefined;
}

/** A key below another one, as users know it: `clusters[0].name`. */
export function keyText(key: string, parts: readonly PropertyKey[]): string {
  return parts.reduce<string>(
    (text, part) =>
      typeof part === "number"
        ? `${text}[${part}]`
        : text === ""
          ? String(part)
          : `${text}.${String(part)}`,
    key,
  );
}

/** What is wrong, where the schema itself has no words for it. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
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
      if (issue.origin === "string") return "must not be empty";
      return `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return issue.origin === "string"
        ? `must have at most ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`;
    case "invalid_key":
      return issue.issues.map(({ message }) => message).join("; ");
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options)
        ? `must be ${issue.options.map(String).join(" or ")}`
        : undefined;
    default:
      return undefined;
  }
}

function article(type: string): string {
  return type === "int" ? "a whole number" : `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}
