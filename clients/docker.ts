/**
 * The one way to reach a Docker engine: by its address, whatever DOCKER_HOST says.
 *
 * dockerode puts what DOCKER_HOST says below the options that it is given (docker-modem, `defaultOpts`), so that each of them has to be named:
 * one that is left out is that of the environment's engine.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import type Docker from "dockerode";

const require = createRequire(import.meta.url);

/** Where every Docker client looks when nothing else is said. */
export const defaultHost = "unix:///var/run/docker.sock";

/** Variables of the environment. Of them, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH say how engines are reached by TCP, as for the Docker CLI. */
type Environment = Readonly<Record<string, string | undefined>>;

/** What docker-modem takes from its environment where it is not told. */
const nothing = {
  ...{ socketPath: undefined, host: undefined, port: undefined, username: undefined },
  ...{ protocol: "http", pathPrefix: "/", timeout: undefined },
  ...{ ca: undefined, cert: undefined, key: undefined, agent: undefined },
} as const;

/**
 * A client of an engine; nobody is asked yet.
 *
 * @param host Its address, as in DOCKER_HOST: unix://, npipe://, tcp:// or ssh://.
 * @param environment The process's own.
 * @throws Error when the address cannot be read, or TLS is asked for and the certificates cannot.
 */
export function dockerClient(host: string, environment: Environment): Docker {
  // Only now: it takes as long to load as everything else that a provider's process has, and most processes ask no engine.
  const Client = require("dockerode") as typeof Docker;
  // dockerode's types do not allow what its merging needs.
  return new Client({ ...nothing, ...optionsOf(host, environment) } as Docker.DockerOptions);
}

/** The status of an engine's answer that is no success; undefined for errors that are none of an engine's. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error ? Number(error.statusCode) : undefined;
}

/** Whether an engine says that it has no such thing. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404;
}

function optionsOf(host: string, environment: Environment): object {
  const url = new URL(host);
  switch (url.protocol) {
    case "unix:":
      return { socketPath: url.pathname };
    case "npipe:":
      return { socketPath: host.slice("npipe:".length) };
    case "ssh:":
      return { host: "docker", port: 80, agent: new SshAgent(url) };
    case "tcp:":
      return tcpOptions(url, environment);
    default:
      throw new Error(
        `${host} is no address of a Docker engine: it begins with unix://, tcp:// or ssh://`,
      );
  }
}

/** Ports of an engine without and with TLS (docs.docker.com, "Protect the Docker daemon socket"). */
const ports = { cleartext: 2375, tls: 2376 } as const;

function tcpOptions({ hostname, port }: URL, environment: Environment): object {
  const tls = (environment["DOCKER_TLS_VERIFY"] ?? "") !== "" || Number(port) === ports.tls;
  const where = {
    host: hostname,
    port: Number(port === "" ? (tls ? ports.tls : ports.cleartext) : port),
  };
  if (!tls) return where;
  const given = environment["DOCKER_CERT_PATH"] ?? "";
  const directory = given === "" ? join(homedir(), ".docker") : given;
  const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((file) =>
    readFileSync(join(directory, file)),
  );
  return { ...where, protocol: "https", ca, cert, key };
}

/** Connects by the `ssh` program, as the Docker CLI does: aliases, keys, jump hosts and known hosts are those of its own config. */
class SshAgent extends Agent {
  readonly #command: readonly string[];

  constructor({ hostname, port, username }: URL) {
    super();
    this.#command = [
      ...["-T", "-o", "ConnectTimeout=10", "-o", "BatchMode=yes"],
      ...(port === "" ? [] : ["-p", port]),
      ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
      ...["--", hostname, "docker", "system", "dial-stdio"],
    ];
  }

  override createConnection(): Duplex {
    const child = spawn("ssh", this.#command, { stdio: "pipe" });
    const stream = new Duplex({
      read: () => child.stdout.resume(),
      // Why something could not be written is said when the program has ended.
      write: (chunk, _encoding, done) => {
        child.stdin.write(chunk, () => {
          done();
        });
      },
      final: (done) => child.stdin.end(done),
    });
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => {
      if (!stream.push(chunk)) child.stdout.pause();
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
    child.once("error", (error) => stream.destroy(error));
    child.once("close", (exitCode) => {
      if (exitCode === 0) stream.push(null);
      else stream.destroy(new Error(`ssh: ${said.trim()}`));
    });
    stream.once("close", () => child.kill());
    return stream;
  }
}
