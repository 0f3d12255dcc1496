/**
 * Health checks as commands inside a container.
 *
 * The official images carry busybox and neither curl nor a gRPC probe nor the Temporal CLI. What they do have is `nc`: the bytes of a
 * whole HTTP/1 or HTTP/2 request are known beforehand, so that the shell can send them and look at the answer.
 */
import { type HealthCheck, settledSeconds, type Workload } from "../../platform/workload.ts";
import type { ReadinessCheck } from "../../providers/temporal/sdk.ts";

/**
 * What the engine runs from time to time in the container of a workload, in the form of Docker's HEALTHCHECK: nothing where nobody can be asked, or only
 * by another image's programs. Nothing of the image's own either, which could say anything.
 */
export function engineCheck({ health, checkedBy }: Workload): string[] {
  return health.kind === "none" || checkedBy !== undefined ? ["NONE"] : healthCommand(health);
}

/**
 * How a replica of a workload is waited for.
 *
 * @param last Whether it is the last: whoever waits for all of them waits until they can be used.
 * @param timeoutSeconds Time after which the command gives up by itself, in seconds.
 */
export function readinessCheck(
  { health, usable, checkedBy }: Workload,
  last: boolean,
  timeoutSeconds: number,
): ReadinessCheck {
  const check = last ? (usable ?? health) : health;
  if (check.kind === "none") return { settleSeconds: settledSeconds };
  const command = readinessCommand(check, timeoutSeconds);
  return checkedBy === undefined ? { command } : { command, image: checkedBy.reference };
}

/** The command that exits with 0 when the check passes, in the form of Docker's HEALTHCHECK. */
export function healthCommand(check: HealthCheck): string[] {
  if (check.kind === "exec") return ["CMD", ...check.command];
  // An answer that takes longer than usual is waited for before the check fails.
  return ["CMD", "/bin/sh", "-c", `${attempt(check, "0.2")} || ${attempt(check, "2")}`];
}

/** Attempts that come fast: ten seconds' worth. Later ones leave a busy machine more time to answer. */
const fastAttempts = 50;

/**
 * The command that exits with 0 as soon as the check passes. It tries by itself, so that waiting takes one process of the engine's.
 *
 * @param timeoutSeconds Time after which it gives up, in seconds.
 */
export function readinessCommand(check: HealthCheck, timeoutSeconds: number): string[] {
  const script = `pause=0.1 count=0
until { ${attempt(check, "$pause")}; } >/dev/null 2>&1; do
  count=$((count + 1))
  [ "$count" -lt ${fastAttempts} ] || pause=1
  sleep 0.1
done`;
  return ["timeout", String(timeoutSeconds), "/bin/sh", "-c", script];
}

/** One attempt at a check, as shell; `pause` is how long an answer may take, in seconds. */
function attempt(check: HealthCheck, pause: string): string {
  switch (check.kind) {
    case "exec":
      return check.command.map(quoted).join(" ");
    case "tcp":
      return `nc 127.0.0.1 ${check.port} </dev/null`;
    case "http": {
      const request = Buffer.from(`GET ${check.path} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
      return exchange(request, check.port, pause, "head -n 1 | grep -q ' 2[0-9][0-9] '");
    }
    case "grpc":
      // A DATA frame with one message of two bytes: field 1 (status) is 1 (SERVING).
      return exchange(
        grpcHealthRequest(check.service),
        check.port,
        pause,
        "od -An -v -tx1 | tr -d ' \\n' | grep -q 00000000020801",
      );
  }
}

/**
 * Sends bytes to a local port and hands the answer to a command. The pause keeps the connection open until the answer has come: a
 * server that sees the end of the request's stream may drop what it was about to say.
 */
function exchange(request: Buffer, port: number, pause: string, judge: string): string {
  const octal = [...request].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return `{ printf '${octal}'; sleep ${pause}; } | nc 127.0.0.1 ${port} | ${judge}`;
}

/** A word that a shell takes as it is. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A call of grpc.health.v1.Health/Check over cleartext HTTP/2 (RFC 9113, RFC 7541; grpc/doc/PROTOCOL-HTTP2.md). */
function grpcHealthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const prefixed = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
  const headers = Buffer.concat([
    Buffer.from([0x83, 0x86]), // :method POST, :scheme http, from HPACK's static table
    Buffer.from([0x04]), // :path
    text("/grpc.health.v1.Health/Check"),
    Buffer.from([0x01]), // :authority
    text("localhost"),
    Buffer.from([0x0f, 0x10]), // content-type: index 31 takes a second byte
    text("application/grpc"),
    Buffer.from([0x00]), // a name that the table does not have
    text("te"),
    text("trailers"),
  ]);
  return Buffer.concat([
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    frame(0x4, 0x0, 0, Buffer.alloc(0)), // SETTINGS
    frame(0x1, 0x4, 1, headers), // HEADERS, END_HEADERS
    frame(0x0, 0x1, 1, prefixed), // DATA, END_STREAM
  ]);
}

/** A string of a header field, without Huffman code: its length and itself. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}
