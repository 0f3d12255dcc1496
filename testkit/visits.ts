/**
 * Callers from this machine.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Asks whoever listens whether it is PostgreSQL: the answer to its request for TLS is one letter. */
export function asksPostgres(host: string, port: number): Promise<string> {
  const socket = connect({ host, port, timeout: 5_000 });
  socket.on("timeout", () => socket.destroy(new Error("timeout")));
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString());
    });
  });
}

/** Visits to a page that go on until they are stopped. */
export interface Visits {
  /** What was read each time, or the fault. */
  readonly heard: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Reads a page again and again, each time over a connection of its own. */
export function visitor(url: string): Visits {
  const heard: string[] = [];
  let going = true;
  const visit = async (): Promise<void> => {
    while (going) {
      const read = fetch(url, { headers: { connection: "close" } }).then((page) => page.text());
      heard.push(await read.catch(String));
      await sleep(50);
    }
  };
  const done = visit();
  const stop = async (): Promise<void> => {
    going = false;
    await done;
  };
  return { heard, stop };
}
