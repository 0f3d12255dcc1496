/**
 * Attempts to find a container ready. Each waits by itself, for as long as it takes, so that waiting costs one process of the engine's, or none.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { statusOf } from "../../clients/docker.ts";

/** Finds a container ready, or that it has ended, or started again, before it was. It ends with the signal. */
export type Attempt = (container: Docker.Container, signal: AbortSignal) => Promise<boolean>;

/** A command that runs in the container ends well; a container that ends takes it along. */
export function executing(command: readonly string[]): Attempt {
  return (container, signal) =>
    Promise.race([execute(container, command).then((code) => code === 0), whenOver(signal)]);
}

/** The container runs for some seconds without an end. */
export function settling(seconds: number): Attempt {
  return async (container, signal) => {
    const started = await runningSince(container);
    if (started === undefined) return false;
    const passed = sleep(seconds * 1000, true, { signal }).catch(() => false);
    if (!(await Promise.race([passed, endOf(container)]))) return false;
    return (await runningSince(container)) === started;
  };
}

/**
 * A command of another image ends well, which runs in the container's network: the container's own image may have no program to ask with. Nothing of it
 * stays.
 */
export function beside(docker: Docker, image: string, command: readonly string[]): Attempt {
  return async (container, signal) => {
    if ((await runningSince(container)) === undefined) return false;
    const helper = await docker.createContainer({
      Image: image,
      Entrypoint: [...command],
      Cmd: [],
      User: nobody,
      Healthcheck: { Test: ["NONE"] },
      HostConfig: {
        NetworkMode: `container:${container.id}`,
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
        Memory: helperMemory,
        MemorySwap: helperMemory,
        LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
      },
    });
    try {
      await helper.start();
      // It keeps the network of a container that ends, and would ask there for ever.
      const ended = (helper.wait() as Promise<{ StatusCode: number }>).then(
        ({ StatusCode }) => StatusCode === 0,
      );
      return await Promise.race([ended, endOf(container), whenOver(signal)]);
    } finally {
      await helper.remove({ force: true });
    }
  };
}

/** User and group without rights. */
const nobody = "65534:65534";

/** Memory of a container that only asks another one, in bytes. */
const helperMemory = 64 * 2 ** 20;

/** When a container was started; undefined for one that does not run, or is about to be started again. */
async function runningSince(container: Docker.Container): Promise<string | undefined> {
  try {
    const { State } = await container.inspect();
    return State.Running && !State.Restarting ? State.StartedAt : undefined;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Resolves, with false, when a container ends. */
async function endOf(container: Docker.Container): Promise<false> {
  await container.wait().catch((error: unknown) => {
    if (statusOf(error) !== 404) throw error;
  });
  return false;
}

/** Runs a command in a container; gives its exit code, and an error's when the container does not run. */
async function execute(container: Docker.Container, command: readonly string[]): Promise<number> {
  try {
    const exec = await container.exec({
      Cmd: [...command],
      AttachStdout: true,
      AttachStderr: true,
    });
    const output = await exec.start({});
    output.resume();
    await new Promise((resolve, reject) =>
      output.once("close", resolve).once("end", resolve).once("error", reject),
    );
    return (await exec.inspect()).ExitCode ?? -1;
  } catch (error) {
    // 409: it is not running; 404: it is gone.
    const ended: readonly unknown[] = [404, 409];
    if (ended.includes(statusOf(error))) return -1;
    throw error;
  }
}

/** Resolves, with false, when a signal has fired. */
async function whenOver(signal: AbortSignal): Promise<false> {
  await aborted(signal);
  return false;
}

/** Resolves when a signal has fired. */
export function aborted(signal: AbortSignal): Promise<void> {
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
