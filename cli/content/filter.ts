/**
 * Filters of `content list`:
 *
 *     filter    = condition { "AND" condition }
 *     condition = "type" "=" value | "name" "=" value
 *     value     = characters without spaces and quotes | "'" characters "'" | '"' characters '"'
 *
 * A type is one of content's types; a name may have `*`, which stands for any characters. `AND` may be in small letters.
 */
import { type ContentType, contentTypes } from "./input.ts";

/** What a filter looks at. */
export interface Filtered {
  readonly name: string;
  readonly type: ContentType;
}

/** Whether a filter lets content pass. */
export type Filter = (content: Filtered) => boolean;

/**
 * Reads a filter.
 *
 * @throws Error with one line that has the position of the fault, from 1.
 */
export function filterOf(text: string): Filter {
  const conditions: Filter[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const need = (pattern: RegExp, what: string): string => {
    take(/\s+/y);
    const found = take(pattern);
    if (found !== undefined) return found;
    throw new Error(`At position ${at + 1} there must be ${what}.`);
  };
  for (;;) {
    const key = need(/(type|name)\b/y, "type or name");
    need(/=/y, "a =");
    need(/(?=\S)/y, "a value");
    const position = at + 1;
    const value = need(/'[^']*'|"[^"]*"|[^\s'"]+/y, "the end of the quotes");
    conditions.push(conditionOf(key, value.replaceAll(/['"]/g, ""), position));
    take(/\s+/y);
    if (at === text.length) return (content) => conditions.every((passes) => passes(content));
    need(/AND\b/iy, "AND");
  }
}

function conditionOf(key: string, value: string, position: number): Filter {
  if (key === "type") {
    const wanted = contentTypes.find((type) => type === value);
    if (wanted !== undefined) return ({ type }) => type === wanted;
    throw new Error(`At position ${position} there must be one of ${contentTypes.join(", ")}.`);
  }
  if (!/^[a-z0-9*-]+$/.test(value)) {
    throw new Error(
      `At position ${position} there must be a name of lower-case letters, digits and dashes, or a part of one and *.`,
    );
  }
  const pattern = new RegExp(`^${value.replaceAll(/\*+/g, ".*")}$`);
  return ({ name }) => pattern.test(name);
}
