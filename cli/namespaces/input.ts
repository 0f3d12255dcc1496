/**
 * Reads what people say of namespaces; see ../input.ts.
 */
import { idOf, maxSeconds, secondsIn } from "../input.ts";

/** The namespace of the server's own workflows (`SystemLocalNamespace`, temporal/common/primitives/namespaces.go). */
export const systemNamespace = "temporal-system";

/** The name of a namespace that may be changed. */
export function changeableNamespaceOf(text: string): string {
  const name = idOf(text);
  if (name !== systemNamespace) return name;
  throw new Error("It is Temporal's own, which nobody changes.");
}

/**
 * The name of a new namespace. The server only limits its length (`validateNamespace`, temporal/service/frontend/workflow_handler.go); the characters
 * are those that a stack's config takes (config/schema.ts).
 */
export function newNamespaceOf(text: string): string {
  const name = changeableNamespaceOf(text);
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return name;
  throw new Error(
    "It must be letters, digits, dots, hyphens and underscores, a letter or a digit first.",
  );
}

/** The least retention: the default of `system.namespaceMinRetentionLocal` (temporal/common/dynamicconfig/constants.go). */
export const minRetention = "1h";

/** How long closed workflows are kept, in seconds. */
export function retentionOf(text: string): number {
  const seconds = secondsIn(text);
  if (seconds < secondsIn(minRetention)) {
    throw new Error(
      `The server keeps closed workflows for ${minRetention} at least (system.namespaceMinRetentionLocal).`,
    );
  }
  if (seconds > maxSeconds) {
    throw new Error(
      `The server keeps closed workflows for ${maxSeconds / secondsIn("1d")}d at most (maxAllowedDuration).`,
    );
  }
  return seconds;
}

/** A key and its value. */
export function dataOf(text: string): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at > 0) return { [text.slice(0, at)]: text.slice(at + 1) };
  throw new Error("It must be key=value, such as team=billing.");
}

/** A text that replaces another one; the server takes an empty one for none at all (`UpdateNamespace`, temporal/service/frontend/namespace_handler.go). */
export function replacementOf(text: string): string {
  if (text !== "") return text;
  throw new Error("It must not be empty: the server would keep what is there.");
}
