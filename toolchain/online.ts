/**
 * Whether the vendors' sites can be reached from here.
 */

/** How long a site may take to answer, in milliseconds: a blocked one often does not answer at all. */
const patience = 5000;

/** A question that is asked once, and only when someone wants to know. */
export function askOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

/** Whether Pulumi's downloads answer. */
export async function pulumiDownloadsAnswer(): Promise<boolean> {
  try {
    const response = await fetch("https://get.pulumi.com/", {
      method: "HEAD",
      signal: AbortSignal.timeout(patience),
    });
    return response.status < 500;
  } catch {
    return false;
  }
}
