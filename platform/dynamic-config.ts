/**
 * Temporal's dynamic config as data: settings that the server reads again while it runs.
 */
import { dump } from "js-yaml";

/** A scalar or a structured value, as the server's key wants it. */
export type DynamicValue =
  string | number | boolean | readonly DynamicValue[] | { readonly [key: string]: DynamicValue };

/** A value that holds only for what the constraints name, such as one namespace. */
export interface ConstrainedValue {
  readonly value: DynamicValue;
  readonly constraints?: Readonly<Record<string, string | number>>;
}

/** Values by key, such as `frontend.namespaceCount`; the keys and types are the server's (common/dynamicconfig/constants.go). */
export type DynamicConfig = Readonly<Record<string, readonly ConstrainedValue[]>>;

/**
 * The file that the server reads, sorted by key so that the same settings are always the same text.
 */
export function renderDynamicConfig(settings: DynamicConfig): string {
  const keys = Object.keys(settings).sort();
  if (keys.length === 0) return "{}\n";
  return dump(Object.fromEntries(keys.map((key) => [key, settings[key]])), { lineWidth: -1 });
}
