/**
 * A port of a service in a Kubernetes cluster as a port of this machine, as `kubectl port-forward` does it.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { PassThrough, type Readable, type Writable } from "node:stream";
import type { InternalAddress } from "./address.ts";
import { type KubernetesAccess, placeOf } from "./kubeconfig.ts";
import { reasonOf } from "./reason.ts";
import { within } from "../within.ts";

/** A port of this machine that leads into a Kubernetes cluster. */
export interface Forward {
  /** As host:port, on the loopback interface. */
  readonly address: string;
  /** Ends it, and every connection. */
  close(): Promise<void>;
}

/** The part of a web socket that is used here. */
interface Closable {
  close(): void;
  addEventListener(type: "close", listener: () => void): void;
}

/** The client's types name a package that has none. */
function isClosable(value: unknown): value is Closable {
  return typeof value === "object" && value !== null && "addEventListener" in value;
}

type Open = (output: Writable, input: Readable) => Promise<Closable>;

/**
 * Forwards a port of this machine to a ready pod of a service, each connection to one of its own. The way is tried once before.
 *
 * @param timeoutMs How long the first connection may take, in milliseconds; 10 s by default.
 * @throws Error with one line, when the service is not there or has no ready pod, or the API server does not allow it or does not answer.
 */
export async function forwardTo(
  access: KubernetesAccess,
  to: InternalAddress,
  timeoutMs = 10_000,
): Promise<Forward> {
  const { PortForward } = await import("@kubernetes/client-node");
  const forwarder = new PortForward(access.config);
  const { namespace, service, port } = to;
  const open: Open = async (output, input) => {
    const socket: unknown = await forwarder.portForwardService(
      namespace,
      service,
      [port],
      output,
      null,
      input,
    );
    if (!isClosable(socket)) throw new Error("no web socket was opened");
    return socket;
  };
  const first = open(new PassThrough().resume(), new PassThrough());
  try {
    await within(timeoutMs, first, "no answer");
  } catch (error) {
    throw new Error(
      `service ${service} of namespace ${namespace} cannot be reached through ${placeOf(access)} (${reasonOf(error)})`,
      { cause: error },
    );
  } finally {
    // Also when it comes too late.
    void first.then(
      (socket) => {
        socket.close();
      },
      () => undefined,
    );
  }
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)));
    void join(socket, open);
  });
  return { address: await listen(server), close: () => end(server, sockets) };
}

/** Joins a connection of this machine's and one of the pod's; the end of either is the end of both. */
async function join(socket: Socket, open: Open): Promise<void> {
  // Whoever connected notices by himself.
  socket.on("error", () => undefined);
  try {
    const remote = await open(socket, socket);
    remote.addEventListener("close", () => socket.destroy());
    if (socket.destroyed) remote.close();
    else {
      socket.on("close", () => {
        remote.close();
      });
    }
  } catch {
    socket.destroy();
  }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port of this machine");
  return `${address.address}:${address.port}`;
}

async function end(server: Server, sockets: Iterable<Socket>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}
