import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { type Forward, forward, type Remote } from "../../clients/forward.ts";

/** A connection to a forward. */
async function connected({ address }: Forward): Promise<Socket> {
  const [host = "", port = ""] = address.split(":");
  const socket = connect(Number(port), host);
  await once(socket, "connect");
  return socket;
}

/** Another end that gives back what it gets, and can be closed. */
function echoing(ends: { readonly socket: Socket; readonly close: () => void }[]) {
  return (socket: Socket): Promise<Remote> => {
    socket.pipe(socket);
    const listeners: (() => void)[] = [];
    ends.push({
      socket,
      close: () => {
        for (const listener of listeners) listener();
      },
    });
    return Promise.resolve({
      close: () => undefined,
      onClose: (listener) => {
        listeners.push(listener);
      },
    });
  };
}

describe("a port that leads elsewhere", () => {
  it("has an end of its own for each connection", async () => {
    const ends: { readonly socket: Socket; readonly close: () => void }[] = [];
    const way = await forward(echoing(ends));
    const [one, other] = [await connected(way), await connected(way)];
    one.write("one");
    other.write("other");
    expect(String((await once(one, "data"))[0])).toBe("one");
    expect(String((await once(other, "data"))[0])).toBe("other");
    expect(ends).toHaveLength(2);
    await way.close();
  });

  it("closes a connection whose other end closes, and no other one", async () => {
    const ends: { readonly socket: Socket; readonly close: () => void }[] = [];
    const way = await forward(echoing(ends));
    const [one, other] = [await connected(way), await connected(way)];
    one.write("one");
    await once(one, "data");
    const closed = once(one, "close");
    ends[0]?.close();
    await closed;
    other.write("other");
    expect(String((await once(other, "data"))[0])).toBe("other");
    await way.close();
  });

  it("closes a connection that leads nowhere", async () => {
    const way = await forward(() => Promise.reject(new Error("nobody is there")));
    const socket = await connected(way);
    await once(socket, "close");
    await way.close();
  });

  it("closes its other end when whoever connected has gone", async () => {
    let gone: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (gone = resolve));
    const way = await forward(() => Promise.resolve({ close: gone, onClose: () => undefined }));
    (await connected(way)).destroy();
    await told;
    await way.close();
  });
});
