/**
 * A port of this machine that leads elsewhere, as `kubectl port-forward` makes it.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

/** A port of this machine that leads elsewhere. */
export interface Forward {
  /** As host:port, on the loopback interface. */
  readonly address: string;
  /** Ends it, and every connection. */
  close(): Promise<void>;
}

/** The other end of one connection. */
export interface Remote {
  close(): void;
  /** Called when the other end closes. */
  onClose(listener: () => void): void;
}

/**
 * Listens on a free port of the loopback interface.
 *
 * @param open Makes the other end of one connection; a connection for which it fails is closed.
 */
export async function forward(open: (socket: Socket) => Promise<Remote>): Promise<Forward> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)));
    void join(socket, open);
  });
  return { address: await listen(server), close: () => end(server, sockets) };
}

/** Joins a connection of this machine's and its other end; the end of either is the end of both. */
async function join(socket: Socket, open: (socket: Socket) => Promise<Remote>): Promise<void> {
  // Whoever connected notices by himself.
  socket.on("error", () => undefined);
  try {
    const remote = await open(socket);
    remote.onClose(() => socket.destroy());
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
