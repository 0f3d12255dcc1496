/**
 * A Docker engine, as far as running a container once needs it.
 */
import Docker from "dockerode";
import { containerOptions, outputOf, taskLabel } from "./container.ts";
import type { TaskInputs } from "./task.ts";

/** How long an engine may take to answer at all, in milliseconds: over ssh and from a cold start it takes seconds. */
const patience = 20_000;

/** Lines of output that are read back. */
const keptLines = 1000;

/** How a run ended. */
export interface RunResult {
  readonly exitCode: number | "timeout" | "interrupted";
  /** The end of standard output and error, in the order they came. */
  readonly output: string;
}

/** A Docker engine that answers. */
export class Engine {
  readonly #docker: Docker;
  readonly #where: string;

  private constructor(docker: Docker, where: string) {
    this.#docker = docker;
    this.#where = where;
  }

  /**
   * Finds the engine.
   *
   * @param host As in DOCKER_HOST; by default DOCKER_HOST itself, else the local socket.
   * @throws Error that names the engine when it does not answer.
   */
  static async reach(host?: string): Promise<Engine> {
    const where = host ?? process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
    try {
      const docker = client(where);
      await within(patience, docker.ping());
      return new Engine(docker, where);
    } catch (error) {
      throw new Error(
        `the Docker engine at ${where} does not answer (${reason(error)}): start it, or set clusters[].target.host`,
        { cause: error },
      );
    }
  }

  /** Runs a task's container to its end and removes it, whatever happens. */
  async run(inputs: TaskInputs, signal: AbortSignal): Promise<RunResult> {
    await this.#removeLeftOver(inputs.name);
    await this.#pullIfMissing(inputs.image);
    const container = await this.#docker.createContainer(containerOptions(inputs));
    try {
      await container.start();
      const exitCode = await exit(container, inputs.timeoutSeconds, signal);
      // It may have ended by itself in the meantime.
      if (typeof exitCode === "string") await container.kill().catch(() => undefined);
      const framed = await container.logs({ stdout: true, stderr: true, tail: keptLines });
      return { exitCode, output: outputOf(framed) };
    } finally {
      await container.remove({ force: true, v: true });
    }
  }

  async #removeLeftOver(name: string): Promise<void> {
    const container = this.#docker.getContainer(name);
    const found = await container.inspect().catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (found === undefined) return;
    if (!(taskLabel in found.Config.Labels)) {
      throw new Error(
        `a container named ${name} that is not ours exists on ${this.#where}: remove or rename it`,
      );
    }
    await container.remove({ force: true, v: true });
  }

  async #pullIfMissing(image: string): Promise<void> {
    try {
      await this.#docker.getImage(image).inspect();
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.#pull(image);
    }
  }

  async #pull(image: string): Promise<void> {
    try {
      const progress = await this.#docker.pull(image);
      await new Promise<void>((resolve, reject) => {
        this.#docker.modem.followProgress(progress, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    } catch (error) {
      throw new Error(
        `the image ${image} is not on ${this.#where} and cannot be pulled (${reason(error)}): run \`npm run bootstrap\``,
        { cause: error },
      );
    }
  }
}

async function exit(
  container: Docker.Container,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<RunResult["exitCode"]> {
  const ended = (container.wait() as Promise<{ StatusCode: number }>).then(
    ({ StatusCode }) => StatusCode,
  );
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  return Promise.race([
    ended,
    aborted(signal).then(() => "interrupted" as const),
    aborted(limit).then(() => "timeout" as const),
  ]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      "abort",
      () => {
        resolve();
      },
      { once: true },
    );
  });
}

/** @throws Error when the work takes longer; it is not ended by that. */
function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value> {
  const limit = aborted(AbortSignal.timeout(milliseconds)).then((): never => {
    throw new Error(`no answer within ${String(milliseconds / 1000)} s`);
  });
  return Promise.race([work, limit]);
}

/** dockerode knows every form of an engine's address, but only from the environment; other tasks must not see it there. */
function client(host: string): Docker {
  const before = process.env["DOCKER_HOST"];
  process.env["DOCKER_HOST"] = host;
  try {
    return new Docker();
  } finally {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "statusCode" in error && error.statusCode === 404;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
