/**
 * Values that the server writes in another way than they were given.
 */

const suffixes: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** A quantity as a number, or undefined when the value is none (k8s.io/apimachinery, pkg/api/resource). */
export function quantity(value: unknown): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const [, digits, suffix = ""] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(String(value)) ??
    [];
  const factor = suffixes[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** Whether two single values mean the same to the server. */
export function sameValue(wanted: unknown, live: unknown): boolean {
  if (wanted === live) return true;
  const [first, second] = [quantity(wanted), quantity(live)];
  // Numbers of another size differ in the last digits of their halves: 0.1 cores and 100m are the same.
  return (
    first !== undefined &&
    second !== undefined &&
    Math.abs(first - second) <= Math.abs(first) * 1e-12
  );
}

/** Whether a value is what the server leaves out. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) {
    return true;
  }
  return typeof value === "object" && Object.values(value).every(isNothing);
}
