/**
 * The one way to reach a Temporal frontend.
 */
import { readFile } from "node:fs/promises";
import { Connection } from "@temporalio/client";

/** Where a frontend answers. */
export interface FrontendAddress {
  /** As host:port. */
  readonly address: string;
  readonly transport: "tls" | "cleartext";
  /** Path of the certificate of an authority of one's own; the system's when left out. */
  readonly authority?: string;
  /** How long it may take to answer, in milliseconds; 5 s by default. */
  readonly timeoutMs?: number;
}

/**
 * Connects to a frontend.
 *
 * @throws Error with one line that names the address when nobody answers there, or somebody else does.
 */
export async function connectFrontend({
  address,
  transport,
  authority,
  timeoutMs = 5000,
}: FrontendAddress): Promise<Connection> {
  const tls =
    transport === "cleartext"
      ? false
      : authority === undefined
        ? true
        : { serverRootCACertificate: await readFile(authority) };
  try {
    return await Connection.connect({ address, tls, connectTimeout: timeoutMs });
  } catch (error) {
    const said = frontendReason(error);
    const reason = said.startsWith("Deadline exceeded") ? `not within ${timeoutMs / 1000} s` : said;
    throw new Error(`no Temporal answers at ${address} (${reason})`, { cause: error });
  }
}

/** Words of gRPC's own library around the server's (grpc-js, `ServiceError`). */
const grpcPrefix = /^\d+ [A-Z_]+: /;

/** What a frontend says of a failed call, in one line: the innermost cause, which the SDK wraps. */
export function frontendReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return frontendReason(error.cause);
  const details = "details" in error && typeof error.details === "string" ? error.details : "";
  const [line = ""] = (details === "" ? error.message : details).split("\n");
  return line.replace(grpcPrefix, "");
}
