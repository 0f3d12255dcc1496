/**
 * What has changed between two sets of properties, path by path.
 */

/** One changed property. */
export interface Change {
  /** Path in Pulumi's notation, such as `env.NAME` or `files[0]["a b"]`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
}

/** Where Pulumi's bridged providers note which inputs they filled in themselves; a state that they wrote has it, ours does not. */
const bridgeDefaults = "__defaults";

/** The changes from `before` to `after`, in the order of their paths. */
export function changes(before: unknown, after: unknown, path = ""): readonly Change[] {
  if (Object.is(before, after)) return [];
  if (isAbsent(before)) return isAbsent(after) ? [] : [{ path, kind: "add" }];
  if (isAbsent(after)) return [{ path, kind: "delete" }];
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      changes(before[index], after[index], `${path}[${index}]`),
    ).flat();
  }
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    const told = keys.filter((key) => key !== bridgeDefaults);
    return told.flatMap((key) => changes(before[key], after[key], member(path, key)));
  }
  return [{ path, kind: "update" }];
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The path of a member of what is at a path. */
export function member(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
