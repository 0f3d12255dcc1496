/**
 * TLS in front of a port that has none, as a server of somebody else's has it.
 */
import { connect } from "node:net";
import { createServer } from "node:tls";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { freePort } from "./stack.ts";

/** See {@link startTlsProxy}. */
export interface TlsProxy {
  readonly url: string;
  /** Certificate of the authority that has signed the proxy's, in PEM; known to nobody else. */
  readonly authority: string;
  close(): Promise<void>;
}

/**
 * Listens with a certificate that an authority of its own has signed.
 *
 * @param host Address of this machine as containers see it.
 * @param target Where the bytes go.
 */
export async function startTlsProxy(
  host: string,
  target: { readonly host: string; readonly port: number },
): Promise<TlsProxy> {
  const directory = await mkdtemp(join(tmpdir(), "tls-proxy-"));
  const openssl = (...args: readonly string[]): Promise<unknown> =>
    execa("openssl", args, { cwd: directory });
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl(
    ...["req", "-x509", ...fresh, "-days", "2", "-subj", "/CN=authority"],
    ...["-keyout", "ca.key", "-out", "ca.pem"],
  );
  await openssl(
    ...["req", ...fresh, "-subj", "/CN=search", "-addext", `subjectAltName=IP:${host}`],
    ...["-keyout", "server.key", "-out", "server.csr"],
  );
  await openssl(
    ...["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2"],
    ...["-CAcreateserial", "-copy_extensions", "copy", "-out", "server.pem"],
  );
  const file = (name: string): Promise<string> => readFile(join(directory, name), "utf8");
  const server = createServer(
    { key: await file("server.key"), cert: await file("server.pem") },
    (socket) => {
      const onward = connect(target);
      const end = (): void => {
        socket.destroy();
        onward.destroy();
      };
      socket.on("error", end).on("close", end);
      onward.on("error", end).on("close", end);
      socket.pipe(onward).pipe(socket);
    },
  );
  const authority = await file("ca.pem");
  await rm(directory, { recursive: true });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    url: `https://${host}:${port}`,
    authority,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
