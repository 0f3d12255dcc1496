/** The middle value of several. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = low] =
    sorted.length % 2 === 1 ? [sorted[middle]] : sorted.slice(middle - 1, middle + 1);
  return (low + high) / 2;
}

/** Medians of several rounds by key, and how far the rounds lie apart: the difference of the extremes as a share of the median. */
export function summary<Key extends string>(
  rounds: readonly Readonly<Record<Key, number>>[],
): Readonly<Record<Key, { readonly median: number; readonly spread: number }>> {
  const keys = Object.keys(rounds[0] ?? {}) as Key[];
  const entries = keys.map((key) => {
    const values = rounds.map((round) => round[key]);
    const middle = median(values);
    const spread = middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle;
    return [key, { median: middle, spread }] as const;
  });
  return Object.fromEntries(entries) as ReturnType<typeof summary<Key>>;
}

/** A number for people: three significant digits. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
