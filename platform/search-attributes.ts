/**
 * Custom search attributes.
 */

/** Types of search attributes as Temporal's CLI names them, in the order of their numbers from 1 (temporal.api.enums.v1, `IndexedValueType`). */
export const searchAttributeTypes = [
  "Text",
  "Keyword",
  "Int",
  "Double",
  "Bool",
  "Datetime",
  "KeywordList",
] as const;

export type SearchAttributeType = (typeof searchAttributeTypes)[number];

/**
 * How many attributes of a type a namespace has room for where visibility is in PostgreSQL: the columns that Temporal's schema has for them
 * (temporal/schema/postgresql/v12/visibility).
 */
export const searchAttributeRoom: Readonly<Record<SearchAttributeType, number>> = {
  Text: 3,
  Keyword: 10,
  Int: 3,
  Double: 3,
  Bool: 3,
  Datetime: 3,
  KeywordList: 3,
};
