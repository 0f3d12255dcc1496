/**
 * Which files are shell scripts, and what of ShellCheck's findings is to be mended.
 */

/** How ShellCheck is to read a script: as its first line says, or as POSIX's shell, where it has no such line because a shell reads it in. */
export type Dialect = "its own" | "sh";

/** How a file is to be read; undefined when it is no shell script. */
export function dialectOf(path: string, firstLine: string): Dialect | undefined {
  if (/^#!.*\b(ba|da)?sh$/.test(firstLine)) return "its own";
  return path.endsWith(".sh") || path === "activate" ? "sh" : undefined;
}

/** A finding (ShellCheck's format `json1`). */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Number of the rule: 2086 is SC2086. */
  readonly code: number;
  readonly message: string;
}

/** A rule that does not hold in a file. */
export interface Exception {
  readonly file: string;
  readonly code: number;
  /** Why what the rule finds there is right. */
  readonly why: string;
}

/** A line for each finding but the exceptions, and one for each exception that excepts nothing. */
export function complaints(
  findings: readonly Finding[],
  exceptions: readonly Exception[],
): readonly string[] {
  const covers = (exception: Exception, { file, code }: Finding): boolean =>
    exception.file === file && exception.code === code;
  const left = findings.filter((one) => !exceptions.some((exception) => covers(exception, one)));
  const idle = exceptions.filter((exception) => !findings.some((one) => covers(exception, one)));
  return [
    ...left.map((one) => `${one.file}:${one.line}:${one.column}: ${one.message} [SC${one.code}]`),
    ...idle.map(({ file, code }) => `${file}: SC${code} finds nothing there; remove the exception`),
  ];
}
