/**
 * Runs a worker's versions as containers of a Docker engine.
 */
import type Docker from "dockerode";
import { isNotFound } from "../../../clients/docker.ts";
import { outputOf } from "../container.ts";
import { connectDocker, pullIfMissing, unlessDone } from "../engine.ts";
import { redact } from "../task.ts";
import {
  buildIdLabel,
  containerName,
  containerOptions,
  fingerprintLabel,
  workerLabel,
} from "./docker-container.ts";
import { type DockerPlace, dockerSpecSchema } from "./docker-inputs.ts";
import { digestOf, type Runner, type RunningVersion, type WantedVersion } from "./runner.ts";

/** Lines of a container's log that a complaint has. */
const shownLines = 20;

/** States of a container that is there to work, if only after the next restart (Engine API, `ContainerState.Status`). */
const atWork = ["running", "restarting"];

/** See {@link Runner}. */
export class DockerRunner implements Runner {
  readonly #place: DockerPlace;
  readonly #name: string;
  #engine: ReturnType<typeof connectDocker> | undefined;

  constructor(place: DockerPlace, name: string) {
    this.#place = place;
    this.#name = name;
  }

  async observe(): Promise<readonly RunningVersion[]> {
    const byVersion = Map.groupBy(await this.#containers(), ({ Labels }) => Labels[buildIdLabel]);
    return [...byVersion].map(([buildId = "", containers]) => {
      const prints = new Set(containers.map(({ Labels }) => Labels[fingerprintLabel]));
      const [print] = prints;
      return {
        buildId,
        replicas: containers.filter(({ State }) => atWork.includes(State)).length,
        fingerprint: prints.size === 1 ? print : undefined,
      };
    });
  }

  fingerprint({ spec, environment }: WantedVersion): string {
    const { network, labels } = this.#place;
    return digestOf({ spec, environment, network, labels });
  }

  async start(version: WantedVersion): Promise<void> {
    const { buildId, replicas = 1 } = version;
    const spec = dockerSpecSchema.parse(version.spec);
    const { docker, where } = await this.#connected();
    await pullIfMissing(docker, where, spec.image);
    const fingerprint = this.fingerprint(version);
    const wanted = Array.from({ length: replicas }, (_, index) =>
      containerOptions({
        ...{ name: this.#name, buildId, index, spec, fingerprint },
        ...{ environment: version.environment, place: this.#place },
      }),
    );
    // One after the other: the others work on meanwhile.
    for (const options of wanted) await this.#put(docker, where, options);
    const names = wanted.map(({ name }) => `/${name ?? ""}`);
    const surplus = (await this.#containers(buildId)).filter(
      ({ Names }) => !Names.some((name) => names.includes(name)),
    );
    await Promise.all(surplus.map(({ Id }) => remove(docker.getContainer(Id))));
  }

  async stop(buildId: string): Promise<void> {
    const { docker } = await this.#connected();
    const containers = await this.#containers(buildId);
    await Promise.all(containers.map(({ Id }) => remove(docker.getContainer(Id))));
  }

  async complaint({ buildId, spec, environment }: WantedVersion): Promise<string> {
    const { docker } = await this.#connected();
    const name = containerName({ name: this.#name, buildId, index: 0 });
    const container = docker.getContainer(name);
    const { State, RestartCount } = await container.inspect();
    const ends = State.Running ? "runs" : `is ${State.Status} with exit code ${State.ExitCode}`;
    const again = RestartCount === 0 ? "" : `, started again ${RestartCount} times`;
    const log = await container.logs({ stdout: true, stderr: true, tail: shownLines });
    const secrets = { ...dockerSpecSchema.parse(spec).environment, ...environment };
    const said = redact(outputOf(log), secrets).trimEnd();
    return [
      `Container ${name} ${ends}${again} (see \`docker logs ${name}\`)`,
      ...(said === "" ? [] : [`Its last lines:\n${said}`]),
    ].join(". ");
  }

  /** Puts a container in place, unless it is there and as it ought to be. */
  async #put(docker: Docker, where: string, options: Docker.ContainerCreateOptions): Promise<void> {
    const name = options.name ?? "";
    const found = await docker
      .getContainer(name)
      .inspect()
      .catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    if (found !== undefined) {
      if (found.Config.Labels[workerLabel] !== this.#name) {
        throw new Error(
          `a container named ${name} that is not ours exists on ${where}: remove or rename it`,
        );
      }
      if (found.Config.Labels[fingerprintLabel] === options.Labels?.[fingerprintLabel]) {
        await docker.getContainer(name).start().catch(unlessDone);
        return;
      }
      await remove(docker.getContainer(name));
    }
    await (await docker.createContainer(options)).start();
  }

  async #containers(buildId?: string): Promise<readonly Docker.ContainerInfo[]> {
    const { docker } = await this.#connected();
    const label = [
      `${workerLabel}=${this.#name}`,
      ...(buildId === undefined ? [] : [`${buildIdLabel}=${buildId}`]),
    ];
    return docker.listContainers({ all: true, filters: { label } });
  }

  #connected(): ReturnType<typeof connectDocker> {
    this.#engine ??= connectDocker(this.#place.host);
    return this.#engine;
  }
}

/** Ends a container as its own signal and grace period say, and removes it. */
async function remove(container: Docker.Container): Promise<void> {
  await container.stop().catch(unlessDone);
  await container.remove({ force: true, v: true }).catch(unlessDone);
}
