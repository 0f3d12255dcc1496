/**
 * Limits of time for what has none of its own.
 */

/**
 * Waits for some work.
 *
 * @param timeoutMs Longest time, in milliseconds.
 * @param lack What is missing after it, such as `no answer`.
 * @throws Error when the work takes longer; it is not ended by that.
 */
export async function within<T>(timeoutMs: number, work: Promise<T>, lack: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${lack} in ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
