/**
 * A port of a service in a Kubernetes cluster as a port of this machine, as `kubectl port-forward` does it.
 */
import { PassThrough, type Readable, type Writable } from "node:stream";
import { type Forward, forward } from "../forward.ts";
import type { InternalAddress } from "./address.ts";
import { type KubernetesAccess, placeOf } from "./kubeconfig.ts";
import { reasonOf } from "./reason.ts";
import { within } from "../within.ts";

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
  return forward(async (local) => {
    const remote = await open(local, local);
    return {
      close: () => {
        remote.close();
      },
      onClose: (listener) => {
        remote.addEventListener("close", listener);
      },
    };
  });
}
