/**
 * What Kubernetes says of a failure.
 */
import { STATUS_CODES } from "node:http";
import { z } from "zod";

/** An API server's answer that is no success (kubernetes/apimachinery, `metav1.Status`). */
const status = z.object({ message: z.string() });

/**
 * Why something failed, in one line: the API server's own sentence where it gave one, else the innermost cause, which the client library, `fetch`
 * and web sockets wrap.
 */
export function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  // What a web socket reports is an event.
  if (!(error instanceof Error))
    return "error" in error ? reasonOf(error.error) : "no reason given";
  if ("body" in error && "code" in error && typeof error.code === "number") {
    const { code } = error;
    return sentenceIn(error.body) ?? `HTTP ${code} ${STATUS_CODES[code] ?? ""}`.trim();
  }
  if (error.cause instanceof Error) return reasonOf(error.cause);
  // One for each address of a name.
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  if (error.name === "TimeoutError") return "no answer in time";
  return firstLine(error.message);
}

/** The sentence in the body of an answer, which the client library gives as text or as an object. */
function sentenceIn(body: unknown): string | undefined {
  if (typeof body !== "string") {
    return status.safeParse(body).data?.message.replaceAll(/\s*\n\s*/g, " ");
  }
  try {
    return sentenceIn(JSON.parse(body));
  } catch {
    // Proxies answer with pages, and an API server that does not know a path with plain words.
    return body.trim() === "" || body.startsWith("<") ? undefined : firstLine(body);
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
