/**
 * A port that only a container's own network reaches, as a port of this machine: through the engine's API, which also reaches engines of other
 * machines.
 */
import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { type Forward, forward, type Remote } from "./forward.ts";

/** Words that a program inside the container says before it fails, at most, in bytes. */
const shownBytes = 500;

/**
 * Forwards a port of this machine to one of a container. The bytes go through `nc` inside the container, which the images of Temporal's server have
 * (decision 0002).
 *
 * @param name Name or id of the container.
 * @throws Error with one line when the container does not run, or the port takes no connection.
 */
export async function forwardToContainer(
  docker: Docker,
  name: string,
  port: number,
): Promise<Forward> {
  await tried(docker, name, port);
  return forward((socket) => joined(docker, name, port, socket));
}

/** Tries the way once, so that whoever asks for it learns what is wrong. */
async function tried(docker: Docker, name: string, port: number): Promise<void> {
  const { exec, stream } = await started(docker, name, [
    ...["/bin/sh", "-c", `nc 127.0.0.1 ${port} </dev/null >/dev/null`],
  ]);
  const words = new PassThrough();
  docker.modem.demuxStream(stream, words, words);
  stream.on("end", () => words.end());
  let said = "";
  for await (const piece of words) said = (said + String(piece)).slice(0, shownBytes);
  const { ExitCode } = await exec.inspect();
  if (ExitCode === 0) return;
  const why = said.trim().split("\n", 1)[0] ?? "";
  throw new Error(
    `port ${port} of container ${name} takes no connection${why === "" ? "" : ` (${why})`}`,
  );
}

async function joined(docker: Docker, name: string, port: number, socket: Socket): Promise<Remote> {
  const { stream } = await started(docker, name, ["nc", "127.0.0.1", String(port)]);
  docker.modem.demuxStream(stream, socket, new PassThrough().resume());
  socket.pipe(stream);
  stream.on("error", () => undefined);
  return {
    close: () => stream.destroy(),
    onClose: (listener) => {
      stream.on("end", listener);
      stream.on("close", listener);
    },
  };
}

async function started(
  docker: Docker,
  name: string,
  command: string[],
): Promise<{ readonly exec: Docker.Exec; readonly stream: import("node:stream").Duplex }> {
  const exec = await docker.getContainer(name).exec({
    Cmd: command,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  return { exec, stream: await exec.start({ hijack: true, stdin: true }) };
}
