/**
 * Versions of the form `3.259.0`, with or without a `v` before and a suffix behind.
 */

/** The first version in a text, without its suffix; undefined when there is none. */
export function versionIn(text: string): string | undefined {
  return /\bv?(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

/** Whether a version is the same as another or newer. */
export function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, "en", { numeric: true }) >= 0;
}
