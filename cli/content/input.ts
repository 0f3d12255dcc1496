/**
 * Reads what people say of content; see ../input.ts.
 */

/** The types of content. */
export const contentTypes = ["workflow", "namespace", "schedule", "template"] as const;

/** One of {@link contentTypes}. */
export type ContentType = (typeof contentTypes)[number];

/** The name of content, which is the name of its file. */
export function contentNameOf(text: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new Error(
    "It must be at most 63 lower-case letters, digits and dashes, with no dash at its ends.",
  );
}
