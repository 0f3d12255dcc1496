/**
 * Requests as they are on the wire, for what no well-behaved client sends.
 */
import { request as requestByHttp1 } from "node:http";
import { connect } from "node:http2";
import { text } from "node:stream/consumers";

/** A request; its body is one empty gRPC message where it has that content type. */
export interface RawCall {
  readonly protocol: "HTTP/1.1" | "HTTP/2";
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  /** The code of a gRPC answer, from its trailers or headers; undefined where it is none. */
  readonly grpcStatus?: string;
  readonly body: string;
}

/** A compressed flag and a length, both zero (grpc/doc/PROTOCOL-HTTP2.md). */
const emptyMessage = Buffer.alloc(5);

/** Longest time for an answer, in milliseconds. */
const timeoutMs = 20_000;

/** Sends a request over a connection of its own. */
export async function sendRaw(authority: string, call: RawCall): Promise<RawAnswer> {
  const body = call.headers?.["content-type"]?.startsWith("application/grpc")
    ? emptyMessage
    : Buffer.alloc(0);
  return call.protocol === "HTTP/2"
    ? overHttp2(authority, call, body)
    : overHttp1(authority, call, body);
}

function answerOf(
  status: unknown,
  headers: NodeJS.Dict<string | string[]>,
  trailers: NodeJS.Dict<string | string[]>,
  body: string,
): RawAnswer {
  const grpcStatus = trailers["grpc-status"] ?? headers["grpc-status"];
  return {
    status: Number(status),
    ...(typeof grpcStatus === "string" ? { grpcStatus } : {}),
    body,
  };
}

function overHttp1(
  authority: string,
  { method = "GET", path, headers = {} }: RawCall,
  body: Buffer,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(`http://${authority}`);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers, timeout: timeoutMs };
    const request = requestByHttp1(options, (response) => {
      text(response).then((all) => {
        resolve(answerOf(response.statusCode, response.headers, response.trailers, all));
      }, reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
    request.end(body);
  });
}

async function overHttp2(
  authority: string,
  { method = "GET", path, headers: { host = authority, ...headers } = {} }: RawCall,
  body: Buffer,
): Promise<RawAnswer> {
  const session = connect(`http://${authority}`);
  const failed = new Promise<never>((_resolve, reject) => {
    session.on("error", reject);
  });
  try {
    const pseudo = { ":method": method, ":path": path, ":authority": host };
    const stream = session.request({ ...pseudo, te: "trailers", ...headers });
    stream.setTimeout(timeoutMs, () => {
      stream.destroy(new Error("no answer"));
    });
    const seen: NodeJS.Dict<string | string[]> = {};
    const trailers: NodeJS.Dict<string | string[]> = {};
    stream.on("response", (all) => {
      Object.assign(seen, all);
    });
    stream.on("trailers", (all) => {
      Object.assign(trailers, all);
    });
    stream.end(body);
    const all = await Promise.race([text(stream), failed]);
    return answerOf(seen[":status"], seen, trailers, all);
  } finally {
    session.close();
  }
}
