/**
 * A Docker engine, as far as running a container once needs it.
 */
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import Docker from "dockerode";
import type { TaskInputs } from "./task.ts";

/** Label of a task's container, by which one that an interrupted run left behind is known. */
const taskLabel = "temporal-platform/task";

/** Size of a MiB in bytes. */
const mib = 1024 * 1024;

/** How a run ended. */
export interface RunResult {
  readonly exitCode: number | "timeout" | "interrupted";
  /** Standard output and error, in the order they came. */
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
    const docker = where.startsWith("unix://")
      ? new Docker({ socketPath: where.slice("unix://".length) })
      : withHost(where);
    try {
      await docker.ping();
    } catch (error) {
      throw new Error(
        `the Docker engine at ${where} does not answer (${reason(error)}): start it, or set clusters[].target.host`,
        { cause: error },
      );
    }
    return new Engine(docker, where);
  }

  /** Runs a task's container to its end and removes it, whatever happens. */
  async run(inputs: TaskInputs, signal: AbortSignal): Promise<RunResult> {
    await this.#removeLeftOver(inputs.name);
    await this.#pullIfMissing(inputs.image);
    const container = await this.#docker.createContainer(containerOptions(inputs));
    try {
      await container.start();
      const exitCode = await exit(container, inputs.timeoutSeconds, signal);
      if (typeof exitCode === "string") await container.kill().catch(() => undefined);
      return { exitCode, output: await logs(container) };
    } finally {
      await container.remove({ force: true, v: true });
    }
  }

  async #removeLeftOver(name: string): Promise<void> {
    const container = this.#docker.getContainer(name);
    const found = await container.inspect().catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined;
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
      if (statusOf(error) !== 404) throw error;
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

function containerOptions(inputs: TaskInputs): Docker.ContainerCreateOptions {
  const memory = inputs.memoryMiB * mib;
  return {
    name: inputs.name,
    Image: inputs.image,
    Entrypoint: inputs.command,
    Cmd: [],
    Env: Object.entries(inputs.environment).map(([key, value]) => `${key}=${value}`),
    User: inputs.user,
    Labels: { ...inputs.labels, [taskLabel]: inputs.name },
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: inputs.network,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: inputs.capabilitiesAdd,
      SecurityOpt: ["no-new-privileges:true"],
      Memory: memory,
      MemorySwap: memory,
      Tmpfs: Object.fromEntries(inputs.tmpfs.map((path) => [path, ""])),
      Mounts: inputs.mounts.map(({ volume, path }) => ({
        Type: "volume",
        Source: volume,
        Target: path,
      })),
    },
  };
}

async function exit(
  container: Docker.Container,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<RunResult["exitCode"]> {
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  const either = AbortSignal.any([signal, limit]);
  const cut = new Promise<"timeout" | "interrupted">((resolve) => {
    const stop = (): void => {
      resolve(signal.aborted ? "interrupted" : "timeout");
    };
    if (either.aborted) stop();
    else either.addEventListener("abort", stop, { once: true });
  });
  const ended = (container.wait() as Promise<{ StatusCode: number }>).then(
    ({ StatusCode }) => StatusCode,
  );
  return Promise.race([ended, cut]);
}

async function logs(container: Docker.Container): Promise<string> {
  const stream = await container.logs({ stdout: true, stderr: true, follow: true });
  const text = new PassThrough();
  const chunks: Buffer[] = [];
  text.on("data", (chunk: Buffer) => chunks.push(chunk));
  container.modem.demuxStream(stream, text, text);
  await finished(stream, { writable: false });
  text.end();
  await finished(text);
  return Buffer.concat(chunks).toString("utf8");
}

/** dockerode reads DOCKER_HOST itself and knows every form of it; no other option of it does. */
function withHost(host: string): Docker {
  process.env["DOCKER_HOST"] = host;
  return new Docker();
}

function statusOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "statusCode" in error
    ? error.statusCode
    : undefined;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
