/**
 * The platform's OpenSearch as one container, as the Docker target would run it, without a cluster around it.
 */
import type Docker from "dockerode";
import { imageCatalogue } from "../platform/images.ts";
import { stackLabel } from "../platform/labels.ts";
import {
  opensearchPassword,
  opensearchPort,
  opensearchUser,
  opensearchWorkload,
} from "../platform/opensearch.ts";
import { opensearchMount } from "../platform/opensearch-config.ts";
import { defaultServerVersion } from "../platform/versions.ts";
import { parts } from "../platform/workload.ts";
import { startWithFiles, tmpfsOptions } from "../targets/docker/files.ts";
import { engineCheck } from "../targets/docker/health.ts";
import { clusterWith } from "./clusters.ts";
import { type Executed, execIn } from "./exec.ts";
import { removeLeftOvers, testStackName } from "./leftovers.ts";
import { freePort } from "./stack.ts";
import { until } from "./test-namespace.ts";

/** What a request was answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The password of elasticsearch_exporter's user. */
export const exporterPassword = "the password of what watches";

/** The node of every test, which is watched, so that it has every user that a node may have. */
const workload = opensearchWorkload(
  clusterWith({ visibility: { kind: "managed" }, monitoring: { kind: "managed" } }),
  { resources: { memoryMiB: 1024 }, storageGiB: 1 },
  parts("history"),
);

/** Time between two of the engine's own health checks. */
const healthIntervalNanoseconds = 5e9;

/** A network with a volume for one node, which is started with one password after the other. */
export class OpenSearchNode {
  readonly #docker: Docker;
  readonly #label: string;
  readonly #port: number;
  #password = "";

  private constructor(docker: Docker, label: string, port: number) {
    this.#docker = docker;
    this.#label = label;
    this.#port = port;
  }

  /** Makes the network and the volume. */
  static async make(docker: Docker): Promise<OpenSearchNode> {
    const label = testStackName();
    const Labels = { [stackLabel]: label };
    await docker.createNetwork({ Name: label, Labels });
    await docker.createVolume({ Name: label, Labels });
    return new OpenSearchNode(docker, label, await freePort());
  }

  /** Starts a container with a password in the place of the one before, if there was any. It does not wait. */
  async create(password: string): Promise<void> {
    await this.container.remove({ force: true }).catch(() => undefined);
    this.#password = password;
    const { command, tmpfs } = startWithFiles(workload);
    if ("kind" in command) throw new Error("it has a command of its own");
    const { user, reference } = workload.image;
    const container = await this.#docker.createContainer({
      name: this.#label,
      Image: reference,
      User: `${user.uid}:${user.gid}`,
      Labels: { [stackLabel]: this.#label },
      Entrypoint: command.slice(0, 1),
      Cmd: command.slice(1),
      Env: [`${opensearchPassword}=${password}`, `EXPORTER_PASSWORD=${exporterPassword}`],
      ExposedPorts: { [`${opensearchPort}/tcp`]: {} },
      StopSignal: workload.stopSignal,
      Healthcheck: { Test: engineCheck(workload), Interval: healthIntervalNanoseconds },
      HostConfig: {
        NetworkMode: this.#label,
        PortBindings: {
          [`${opensearchPort}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(this.#port) }],
        },
        Mounts: [{ Type: "volume", Source: this.#label, Target: opensearchMount }],
        ReadonlyRootfs: true,
        Tmpfs: Object.fromEntries(
          tmpfs.map((path) => [path, tmpfsOptions(user, workload.scratchHolds)]),
        ),
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
        Memory: workload.resources.memoryMiB * 2 ** 20,
        MemorySwap: workload.resources.memoryMiB * 2 ** 20,
      },
    });
    await container.start();
  }

  /** Waits until the workload's own health check passes. */
  async healthy(): Promise<void> {
    const { health } = workload;
    if (health.kind !== "exec") throw new Error("its health is asked for by a command");
    await until("OpenSearch is healthy", async () => {
      const { State } = await this.container.inspect();
      if (!State.Running) throw new Error(await this.log());
      return (await execIn(this.container, health.command)).exitCode === 0;
    });
  }

  /** Starts the container that has ended, and waits for it. */
  async start(): Promise<void> {
    await this.container.start();
    await this.healthy();
  }

  /** Kills it, as a loss of power would. */
  async kill(): Promise<void> {
    await this.container.kill();
    await this.container.wait();
  }

  /**
   * Asks it to end.
   *
   * @returns Its exit code; 137 when it did not end by itself within the workload's time.
   */
  async stop(): Promise<number> {
    await this.container.stop({ t: workload.stopGraceSeconds });
    return (await this.container.inspect()).State.ExitCode;
  }

  /** Everything that it has logged. */
  async log(): Promise<string> {
    return (await this.container.logs({ stdout: true, stderr: true })).toString("utf8");
  }

  /** Runs a command inside. */
  exec(...command: readonly string[]): Promise<Executed> {
    return execIn(this.container, command);
  }

  /**
   * Sends a request.
   *
   * @param as User; the node's own by default.
   * @param by Password, or nothing for a request without a user; the node's own by default.
   */
  async ask(
    path: string,
    {
      method = "GET",
      body,
      as = opensearchUser,
      by = this.#password,
    }: {
      readonly method?: string;
      readonly body?: object;
      readonly as?: string;
      readonly by?: string | null;
    } = {},
  ): Promise<Answer> {
    const credentials = Buffer.from(`${as}:${by ?? ""}`).toString("base64");
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method,
      headers: {
        ...(by === null ? {} : { authorization: `Basic ${credentials}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.text() };
  }

  /** Runs Temporal's tool for OpenSearch as the node's user. */
  async tool(...args: readonly string[]): Promise<Executed> {
    const container = await this.#docker.createContainer({
      Image: imageCatalogue(defaultServerVersion).adminTools.reference,
      Labels: { [stackLabel]: this.#label },
      Entrypoint: ["temporal-elasticsearch-tool"],
      Cmd: [...args],
      Env: [
        `ES_SERVER=http://${this.#label}:${opensearchPort}`,
        `ES_USER=${opensearchUser}`,
        `ES_PWD=${this.#password}`,
      ],
      HostConfig: { NetworkMode: this.#label },
    });
    await container.start();
    const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
    const output = (await container.logs({ stdout: true, stderr: true })).toString("utf8");
    await container.remove();
    return { exitCode: StatusCode, output };
  }

  /** Removes everything. */
  async dispose(): Promise<void> {
    await removeLeftOvers(this.#docker, this.#label);
  }

  /** Where this machine reaches it. */
  get address(): { readonly host: string; readonly port: number } {
    return { host: "127.0.0.1", port: this.#port };
  }

  /** Its volume. */
  get volume(): Docker.Volume {
    return this.#docker.getVolume(this.#label);
  }

  /** Its container. */
  get container(): Docker.Container {
    return this.#docker.getContainer(this.#label);
  }
}
