/**
 * Kubeconfigs of tests, and API servers that are none.
 */
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes a kubeconfig whose contexts all lead to one server. Gives its path. */
export function kubeconfig(server: string, contexts: readonly string[], user: object = {}): string {
  const path = join(mkdtempSync(join(tmpdir(), "kubeconfig-")), "config");
  const text = {
    clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user }],
    contexts: contexts.map((name) => ({ name, context: { cluster: "c", user: "u" } })),
  };
  writeFileSync(path, JSON.stringify(text));
  return path;
}

/** Does something while an HTTP server answers at a URL. */
export async function withServer<T>(
  listener: RequestListener,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Answers as the API server of a Kubernetes of a version, such as `v1.34.4`. */
export function kubernetes(gitVersion: string): RequestListener {
  return (request, response) => {
    response.statusCode = request.url === "/version" ? 200 : 404;
    response.end(JSON.stringify({ gitVersion }));
  };
}
