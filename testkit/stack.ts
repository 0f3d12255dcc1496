/**
 * A real stack for an end-to-end test: the project's own program, the real CLI and engine, and a state, a config file and names of its
 * own, so that it disturbs nobody's stack.
 */
import { randomBytes, randomInt } from "node:crypto";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { dump } from "js-yaml";
import { stackLabel } from "../platform/labels.ts";
import { pathsOf } from "../offline/paths.ts";
import { findCli } from "../cli/pulumi/cli.ts";
import { stackFile } from "../cli/pulumi/stack-file.ts";
import { childEnvironment } from "../cli/pulumi/environment.ts";
import { execIn } from "./exec.ts";
import { removeLeftOvers, testStackName } from "./leftovers.ts";

/** How a command of the CLI ended. */
export interface CommandResult {
  readonly exitCode: number;
  /** Standard output and error together. */
  readonly output: string;
}

/** What a deployment did, by resource name. */
export interface Changes {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly replaced: readonly string[];
  readonly deleted: readonly string[];
}

/** Config of a stack by key, without the project's prefix. */
export type StackConfig = Readonly<Record<string, unknown>>;

const project = "temporal-platform";

/** A stack that a test made and must destroy. */
export class TestStack {
  readonly name: string;
  readonly docker = new Docker();
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #pulumi: string;

  private constructor(
    name: string,
    directory: string,
    pulumi: string,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.name = name;
    this.#directory = directory;
    this.#pulumi = pulumi;
    this.#environment = environment;
  }

  /** Makes the stack, with nothing in it yet. */
  static async create(config: StackConfig): Promise<TestStack> {
    const paths = pathsOf(process.env);
    const cli = await findCli(paths, process.env["PATH"] ?? "");
    if (cli === undefined) throw new Error("there is no Pulumi CLI: run `npm run bootstrap`");
    const directory = await mkdtemp(join(tmpdir(), "temporal-platform-e2e-"));
    const environment = childEnvironment(
      { paths, cli, state: { kind: "environment", url: `file://${directory}` } },
      {
        ...process.env,
        PULUMI_BACKEND_URL: `file://${directory}`,
        PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
        TEMPORAL_PORT: undefined,
        TEMPORAL_GRPC_PORT: undefined,
        TEMPORAL_DB_PASSWORD: undefined,
      },
    );
    const name = testStackName();
    const stack = new TestStack(name, directory, cli.path, environment);
    await stack.configure(config);
    const made = await stack.pulumi(["stack", "init", name, "--no-select"]);
    // It writes the salt of the passphrase, which the state has too, into a file of the checkout.
    await rm(stackFile(paths.project, name), { force: true });
    if (made.exitCode !== 0) throw new Error(made.output);
    return stack;
  }

  /** Replaces the stack's config. A test's data may go, unless the config says otherwise. */
  async configure(config: StackConfig): Promise<void> {
    const all = { common: { onDestroy: "delete" }, ...config };
    const keys = Object.entries(all).map(([key, value]) => [`${project}:${key}`, value]);
    await writeFile(this.#configFile, dump({ config: Object.fromEntries(keys) as object }));
  }

  /** Runs the CLI. */
  async pulumi(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<CommandResult> {
    const { exitCode, all } = await execa(this.#pulumi, [...args, "--non-interactive"], {
      all: true,
      reject: false,
      stdin: "ignore",
      extendEnv: false,
      env: { ...this.#environment, ...environment },
    });
    return { exitCode: exitCode ?? -1, output: all };
  }

  /** Runs a command of `resource-temporal` on the stack, whose config is in the checkout meanwhile. */
  async command(args: readonly string[]): Promise<CommandResult> {
    const { project } = pathsOf(process.env);
    const file = stackFile(project, this.name);
    await copyFile(this.#configFile, file);
    try {
      const main = join(project, "cli", "main.ts");
      const command = [main, ...args, "--stack", this.name];
      const { exitCode, all } = await execa(process.execPath, command, {
        all: true,
        reject: false,
        stdin: "ignore",
        extendEnv: false,
        env: this.#environment,
      });
      return { exitCode: exitCode ?? -1, output: all };
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Runs `pulumi up`; throws with its output when it fails. */
  async up(environment: Readonly<Record<string, string>> = {}): Promise<Changes> {
    return changesOf(succeeded(await this.tryUp(environment)));
  }

  /** Runs `pulumi up`, which may fail. */
  async tryUp(environment: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return this.pulumi(
      ["up", "--yes", "--skip-preview", "--refresh", ...this.#selection],
      environment,
    );
  }

  /** Runs `pulumi preview`, which may fail. */
  async preview(environment: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return this.pulumi(["preview", ...this.#selection], environment);
  }

  /** The stack's outputs, secrets included. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", this.name];
    return JSON.parse(succeeded(await this.pulumi(args)).output) as Record<string, unknown>;
  }

  /** The stack's state, as it lies in the backend. */
  async state(): Promise<string> {
    return succeeded(await this.pulumi(["stack", "export", "--stack", this.name])).output;
  }

  /** Names of the stack's containers that are healthy. */
  async healthy(): Promise<readonly string[]> {
    return (await this.healthyContainers()).map(nameOf).sort();
  }

  /** The stack's containers that are healthy: the engine has seen it since their start, or their own health check passes now. */
  async healthyContainers(): Promise<readonly Docker.ContainerInfo[]> {
    const running = await this.docker.listContainers({ filters: { label: [this.#label] } });
    const checked = await Promise.all(
      running.map(async (info) => {
        const container = this.docker.getContainer(info.Id);
        try {
          const { Config, State } = await container.inspect();
          const [kind, ...command] = Config.Healthcheck?.Test ?? [];
          if (kind !== "CMD" || !State.Running) return [];
          // A start makes the engine forget it. To ask for every one each time would be a load of its own.
          if (State.Health?.Status === "healthy") return [info];
          return (await execIn(container, command)).exitCode === 0 ? [info] : [];
        } catch {
          // It may have ended in the meantime.
          return [];
        }
      }),
    );
    return checked.flat();
  }

  /** Everything on the engine that carries the stack's label. */
  async leftOvers(): Promise<readonly string[]> {
    const filters = { label: [this.#label] };
    const { Volumes } = await this.docker.listVolumes({ filters });
    const networks = await this.docker.listNetworks({ filters });
    return [
      ...(await this.docker.listContainers({ all: true, filters })).map(nameOf),
      ...Volumes.map(({ Name }) => Name),
      ...networks.map(({ Name }) => Name),
    ].sort();
  }

  /** Destroys the stack's resources. */
  async destroy(): Promise<void> {
    const args = ["destroy", "--yes", "--skip-preview", "--refresh", ...this.#selection];
    succeeded(await this.pulumi(args));
  }

  /** Destroys everything, whatever a failed test left, and forgets the stack. */
  async dispose(): Promise<void> {
    await removeLeftOvers(this.docker, this.name);
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #configFile(): string {
    return join(this.#directory, `Pulumi.${this.name}.yaml`);
  }

  get #selection(): string[] {
    return ["--stack", this.name, "--config-file", this.#configFile];
  }

  get #label(): string {
    return `${stackLabel}=${this.name}`;
  }
}

function nameOf({ Names }: Docker.ContainerInfo): string {
  return (Names[0] ?? "").replace(/^\//, "");
}

/**
 * A port of the loopback interface that nobody listens on. It lies below the ports that Linux gives to outgoing connections (32768 and more, see
 * ip_local_port_range in ip(7)): one of those may be taken before the container listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => {
        resolve(false);
      });
      server.listen(port, "127.0.0.1", () => {
        resolve(true);
      });
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

function succeeded(result: CommandResult): CommandResult {
  if (result.exitCode !== 0) throw new Error(result.output);
  return result;
}

/** Reads what the CLI's log of a deployment says of each resource. */
function changesOf({ output }: CommandResult): Changes {
  const named = (sign: string, verb: string): string[] => {
    const line = new RegExp(`^ *${sign} +\\S+ (\\S+) ${verb}\\b`, "gm");
    return [...output.matchAll(line)].map(([, name = ""]) => name).sort();
  };
  return {
    created: named("\\+", "created"),
    updated: named("~", "updated"),
    replaced: named("\\+-", "replaced"),
    deleted: named("-", "deleted"),
  };
}
