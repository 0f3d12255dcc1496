/**
 * What a test of a rule says.
 */
import type { Fired, Scene, Series } from "../rule-test.ts";

/** A scene, and what an alert makes of it. */
export interface Case extends Scene {
  readonly alert: string;
  /** What there is to see, in words. */
  readonly when: string;
  /** Empty where nothing is to fire. */
  readonly fires: readonly Fired[];
}

/**
 * A histogram of calls that are all slower than one boundary and not slower than the next.
 *
 * @param labels In braces, with the name before them, such as `lock_latency{operation="ShardInfo"}`.
 * @param between Boundaries, as the server has them, in seconds.
 * @param calls Calls of each minute.
 */
export function calls(
  metric: string,
  labels: string,
  [faster, slower]: readonly [string, string],
  calls: number,
): Series {
  const all = `0+${calls}x60`;
  return {
    [`${metric}_bucket{${labels},le="${faster}"}`]: "0x60",
    [`${metric}_bucket{${labels},le="${slower}"}`]: all,
    [`${metric}_bucket{${labels},le="+Inf"}`]: all,
    [`${metric}_count{${labels}}`]: all,
  };
}
