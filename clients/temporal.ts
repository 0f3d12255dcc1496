/**
 * The one way to reach a Temporal frontend.
 */
import type { Connection } from "@temporalio/client";

/** Where a frontend answers. */
export interface FrontendAddress {
  /** As host:port. */
  readonly address: string;
  readonly transport: "tls" | "cleartext";
  /** Certificate of an authority of one's own, as PEM; the system's when left out. */
  readonly authority?: string;
  /** Certificate and key by which the frontend knows the client, as PEM; none when left out. */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** Name that the frontend's certificate must have; that of the address when left out. */
  readonly serverName?: string;
  /** Sent with every call; none when left out. */
  readonly apiKey?: string;
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
  client,
  serverName,
  apiKey,
  timeoutMs = 5000,
}: FrontendAddress): Promise<Connection> {
  const tls =
    transport === "cleartext"
      ? false
      : {
          ...(authority === undefined ? {} : { serverRootCACertificate: Buffer.from(authority) }),
          ...(client === undefined
            ? {}
            : {
                clientCertPair: {
                  crt: Buffer.from(client.certificate),
                  key: Buffer.from(client.key),
                },
              }),
          ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
        };
  // It takes half a second to load, which whoever connects to nothing is spared.
  const { Connection } = await import("@temporalio/client");
  try {
    return await Connection.connect({
      address,
      tls,
      connectTimeout: timeoutMs,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  } catch (error) {
    const said = frontendReason(error);
    const late = /^(Deadline exceeded|Failed to connect before the deadline)/.test(said);
    const reason = late ? `not within ${timeoutMs / 1000} s` : said;
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
