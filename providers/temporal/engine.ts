/**
 * A Docker engine, as far as running a container once needs it.
 */
import type Docker from "dockerode";
import { defined } from "../../platform/defined.ts";
import { defaultHost, dockerClient, isNotFound, statusOf } from "../../clients/docker.ts";
import { probeEngine } from "../../clients/docker-probe.ts";
import { pullImage } from "../../clients/pull.ts";
import { taskStopGraceSeconds } from "../../platform/workload.ts";
import { aborted, type Attempt, beside as besideOf } from "./attempt.ts";
import { containerOptions, outputOf, taskLabel } from "./container.ts";
import type { TaskInputs } from "./task.ts";

/** How long an engine may take to answer at all, in milliseconds: over ssh and from a cold start it takes seconds. */
const timeoutMs = 20_000;

/** Lines of output that are read back. */
const keptLines = 1000;

/**
 * A client of an engine that answers, and its address.
 *
 * @param host As in DOCKER_HOST; by default DOCKER_HOST itself, else the local socket.
 * @throws Error that names the engine when it does not answer, or is not Docker.
 */
export async function connectDocker(
  host?: string,
): Promise<{ readonly docker: Docker; readonly where: string }> {
  const where = host ?? process.env["DOCKER_HOST"] ?? defaultHost;
  const environment = process.env;
  const answer = await probeEngine(where, { environment, timeoutMs });
  if (answer.kind === "silent") {
    throw new Error(
      `the Docker engine at ${where} does not answer (${answer.reason}): start it, or set clusters[].target.host`,
    );
  }
  if (answer.unsupported !== undefined) throw new Error(answer.unsupported);
  return { docker: dockerClient(where, environment), where };
}

/**
 * Pulls an image that an engine does not have.
 *
 * @param where Address of the engine, for errors.
 * @throws Error with the registry's reason.
 */
export async function pullIfMissing(docker: Docker, where: string, image: string): Promise<void> {
  try {
    await docker.getImage(image).inspect();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const pull = await pullImage(docker, image, { environment: process.env });
    if (pull.kind === "pulled") return;
    throw new Error(
      `the image ${image} is not on ${where} (${pull.reason}): run \`npm run bootstrap\``,
      { cause: error },
    );
  }
}

/** How a run ended. */
export interface RunResult {
  readonly exitCode: number | "timeout" | "interrupted";
  /** The end of standard output and error, in the order they came. */
  readonly output: string;
}

/** How waiting for a container ended. */
export type Waited =
  | { readonly kind: "ready" }
  | {
      readonly kind: "ended" | "timeout" | "interrupted";
      /** Of the container, when it ended. */
      readonly exitCode?: number;
      /** The end of its log. */
      readonly output: string;
    };

/** How long the engine may take to notice that a container has ended, in milliseconds. */
const endMilliseconds = 2000;

/** Lines of a container's log that are shown when it does not become ready. */
const shownLines = 20;

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
   * @throws Error that names the engine when it does not answer, or is not Docker.
   */
  static async connect(host?: string): Promise<Engine> {
    const { docker, where } = await connectDocker(host);
    return new Engine(docker, where);
  }

  /**
   * Waits until an attempt finds that a container is ready, the container ends, or the time is over. A container that the engine has started again, and
   * that goes on then, has not ended: Temporal's worker gives up when its first start takes longer than twice `membership.maxJoinDuration`
   * (temporal/server_impl.go), as after a loss of all other members.
   *
   * @param id The container.
   */
  async becomesReady(
    id: string,
    attempt: Attempt,
    timeoutSeconds: number,
    signal: AbortSignal,
  ): Promise<Waited> {
    const container = this.#docker.getContainer(id);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    let exitCode: number | undefined;
    for (let starts = 1; starts <= maxStarts; starts++) {
      if (await attempt(container, limit)) return { kind: "ready" };
      exitCode = limit.aborted ? undefined : await endOf(container);
      if (limit.aborted || exitCode !== undefined) break;
    }
    const output = await container
      .logs({ stdout: true, stderr: true, tail: shownLines })
      .then((framed) => outputOf(framed).trimEnd())
      .catch(() => "");
    if (signal.aborted) return { kind: "interrupted", output };
    if (limit.aborted) return { kind: "timeout", output };
    return { kind: "ended", ...defined({ exitCode }), output };
  }

  /** The attempt of a command of another image, which runs beside the container. */
  beside(image: string, command: readonly string[]): Attempt {
    return besideOf(this.#docker, image, command);
  }

  /**
   * Makes a bridge network, or takes the one over that an interrupted deployment has made.
   *
   * @returns Its id.
   * @throws Error when somebody else's network has the name.
   */
  async createNetwork(name: string, labels: Readonly<Record<string, string>>): Promise<string> {
    const found = await this.#docker.listNetworks({ filters: { name: [`^${name}$`] } });
    for (const { Id, Labels } of found) {
      if (Object.entries(labels).every(([key, value]) => Labels?.[key] === value)) return Id;
      throw new Error(
        `a network named ${name} that is not ours exists on ${this.#where}: remove it, or name the cluster otherwise`,
      );
    }
    const made = await this.#docker.createNetwork({
      ...{ Name: name, Driver: "bridge", Labels: { ...labels } },
      CheckDuplicate: true,
    });
    return made.id;
  }

  /** Whether there is a network. */
  async hasNetwork(id: string): Promise<boolean> {
    return (await this.#docker.listNetworks({ filters: { id: [id] } })).length > 0;
  }

  /**
   * Removes a network; nothing to do when there is none.
   *
   * @throws Error that names the containers that are still attached.
   */
  async removeNetwork(id: string): Promise<void> {
    const network = this.#docker.getNetwork(id);
    try {
      await network.remove();
    } catch (error) {
      if (isNotFound(error)) return;
      const { Name, Containers } = (await network.inspect()) as {
        readonly Name: string;
        readonly Containers?: Readonly<Record<string, { readonly Name: string }>>;
      };
      const names = Object.values(Containers ?? {}).map((container) => container.Name);
      if (names.length === 0) throw error;
      throw new Error(
        `the network ${Name} is in use by ${names.join(", ")}: disconnect (docker network disconnect ${Name} ${names[0] ?? ""}) or remove what is not the platform's`,
        { cause: error },
      );
    }
  }

  /** Stops all containers with some labels at once, each as its own signal and grace period say, and removes them. */
  async stopAll(labels: Readonly<Record<string, string>>): Promise<void> {
    const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const found = await this.#docker.listContainers({ all: true, filters: { label } });
    await Promise.all(
      found.map(async ({ Id }) => {
        const container = this.#docker.getContainer(Id);
        await container.stop().catch(unlessDone);
        await container.remove({ force: true }).catch(unlessDone);
      }),
    );
  }

  /** Runs a task's container to its end and removes it. One that must not be cut stays when its time is over, and runs on. */
  async run(inputs: TaskInputs, signal: AbortSignal): Promise<RunResult> {
    await this.#removeLeftOver(inputs);
    await pullIfMissing(this.#docker, this.#where, inputs.image);
    const container = await this.#docker.createContainer(containerOptions(inputs));
    let stays = false;
    try {
      await container.start();
      const exitCode = await exit(container, inputs, signal);
      stays = exitCode === "timeout" && inputs.interruption === "finish";
      if (typeof exitCode === "string" && !stays) {
        await container.stop({ t: taskStopGraceSeconds }).catch(unlessDone);
      }
      const framed = await container.logs({ stdout: true, stderr: true, tail: keptLines });
      return { exitCode, output: outputOf(framed) };
    } finally {
      if (!stays) await container.remove({ force: true, v: true });
    }
  }

  /** Removes what a deployment that was killed has left, and lets it end before where it must not be cut. */
  async #removeLeftOver(inputs: TaskInputs): Promise<void> {
    const { name, interruption, timeoutSeconds } = inputs;
    const container = this.#docker.getContainer(name);
    const found = await container.inspect().catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (found === undefined) return;
    if (!(taskLabel in found.Config.Labels)) {
      throw new Error(
        `a container named ${name} that is not ours exists on ${this.#where}: remove or rename it`,
      );
    }
    if (found.State.Running && interruption === "finish") {
      const exitCode = await exit(container, inputs, new AbortController().signal);
      if (exitCode === "timeout") {
        throw new Error(
          `${name} of an earlier deployment still runs after another ${timeoutSeconds} s on ${this.#where}: see \`docker logs ${name}\`, and run \`up\` again to wait on`,
        );
      }
    }
    await container.remove({ force: true, v: true });
  }
}

async function exit(
  container: Docker.Container,
  { timeoutSeconds, interruption }: Pick<TaskInputs, "timeoutSeconds" | "interruption">,
  signal: AbortSignal,
): Promise<RunResult["exitCode"]> {
  const ended = (container.wait() as Promise<{ StatusCode: number }>).then(
    ({ StatusCode }) => StatusCode,
  );
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  return Promise.race([
    ended,
    ...(interruption === "finish" ? [] : [aborted(signal).then(() => "interrupted" as const)]),
    aborted(limit).then(() => "timeout" as const),
  ]);
}

/** How often a container may be started until it is ready. */
const maxStarts = 3;

/** Exit code of a container that ends; undefined when the engine does not know it, or has started the container again. */
async function endOf(container: Docker.Container): Promise<number | undefined> {
  const ended = (container.wait() as Promise<{ StatusCode: number }>).then(
    ({ StatusCode }) => StatusCode,
  );
  const limit = aborted(AbortSignal.timeout(endMilliseconds)).then(() => undefined);
  const exitCode = await Promise.race([ended.catch(() => undefined), limit]);
  if (exitCode === undefined) return undefined;
  // The engine tells an end also when a start follows it (moby, `SetRestarting` in container/state.go).
  const { State } = await container.inspect();
  return State.Running || State.Restarting ? undefined : exitCode;
}

/** Passes over what says that it is done already: 304 not running, 404 gone, 409 being removed. */
export function unlessDone(error: unknown): void {
  const done: readonly unknown[] = [304, 404, 409];
  if (!done.includes(statusOf(error))) throw error;
}
