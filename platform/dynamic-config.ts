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

/** A key as the server compares it: `History.CacheTTL` is `history.cacheTTL` (temporal/common/dynamicconfig/key.go). */
export function comparedKey(key: string): string {
  return key.toLowerCase();
}

/** Settings with others on top, which replace those of the same key in whatever spelling: of two spellings in one file the server would take either. */
export function withSettings(settings: DynamicConfig, onTop: DynamicConfig): DynamicConfig {
  const replaced = new Set(Object.keys(onTop).map(comparedKey));
  const rest = Object.entries(settings).filter(([key]) => !replaced.has(comparedKey(key)));
  return { ...Object.fromEntries(rest), ...onTop };
}

/**
 * The file that the server reads, sorted by key so that the same settings are always the same text.
 */
export function renderDynamicConfig(settings: DynamicConfig): string {
  const keys = Object.keys(settings).sort();
  if (keys.length === 0) return "{}\n";
  return dump(Object.fromEntries(keys.map((key) => [key, settings[key]])), { lineWidth: -1 });
}
