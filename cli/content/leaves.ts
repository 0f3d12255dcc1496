/**
 * The values inside a document.
 */

/** A value without parts, and where it is, such as `workflow.input[0].orderId`. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** All values without parts. */
export function* leaves(value: unknown, path: string): Generator<Leaf> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* leaves(item, `${path}[${index}]`);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield* leaves(item, path === "" ? key : `${path}.${key}`);
    }
  } else {
    yield { path, value };
  }
}

/** Numbers that would reach a workflow as others than those that were written, one line each. */
export function numberFaults(value: unknown, path: string): string[] {
  return [...leaves(value, path)].flatMap((leaf) =>
    typeof leaf.value !== "number" || isKept(leaf.value)
      ? []
      : [`${leaf.path}: is a number that JSON does not keep as it is; put it in quotes`],
  );
}

function isKept(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}
