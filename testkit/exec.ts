/**
 * Commands in containers of the Docker engine.
 */
import type Docker from "dockerode";

/** How a command ended. */
export interface Executed {
  readonly exitCode: number;
  /** Standard output and error together. */
  readonly output: string;
}

/** Runs a command in a container that runs. */
export async function execIn(
  container: Docker.Container,
  command: readonly string[],
): Promise<Executed> {
  const exec = await container.exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of await exec.start({ Tty: true })) chunks.push(chunk as Buffer);
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, output: Buffer.concat(chunks).toString("utf8") };
}
