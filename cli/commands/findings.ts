/**
 * What the doctor finds, as a table.
 */

/** One thing that is needed: either found, or with the way to get it. */
export interface Finding {
  readonly what: string;
  /** Version, place or size. */
  readonly found?: string;
  /** How to get what was not found. */
  readonly remedy?: string;
}

/** The findings in columns; what is missing is marked. */
export function table(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .map(({ what, found, remedy }) =>
      found === undefined
        ? `✗ ${what.padEnd(width)}  missing: ${remedy ?? ""}`
        : `✓ ${what.padEnd(width)}  ${found}`,
    )
    .join("\n");
}
