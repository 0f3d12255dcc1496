import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dockerClient } from "../../clients/docker.ts";

let directory: string;
const servers: Server[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "docker-client-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(directory, { recursive: true });
});

/** Starts an engine that tells its name. */
async function engine(name: string, where: string | number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.end(JSON.stringify({ Version: name }));
  });
  servers.push(server);
  await new Promise<void>((listening) => {
    if (typeof where === "string") server.listen(where, listening);
    else server.listen(where, "127.0.0.1", listening);
  });
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** The name of the engine that answers at an address. */
const answering = async (host: string): Promise<string> =>
  (await dockerClient(host, process.env).version()).Version;

describe("an engine that is named", () => {
  it.each([
    "tcp://nowhere.invalid:2375",
    "tcp://nowhere.invalid:2376",
    "ssh://nowhere.invalid",
    "unix:///nowhere/docker.sock",
  ])("is reached whatever DOCKER_HOST says, such as %s", async (other) => {
    const socket = join(directory, "engine.sock");
    await engine("by socket", socket);
    const tcp = await engine("by TCP", 0);
    vi.stubEnv("DOCKER_HOST", other);
    expect(await answering(`unix://${socket}`)).toBe("by socket");
    expect(await answering(`tcp://127.0.0.1:${portOf(tcp)}`)).toBe("by TCP");
    expect(process.env["DOCKER_HOST"]).toBe(other);
  });

  it("by ssh is reached by the program of that name, with the user's own config", async () => {
    const socket = join(directory, "engine.sock");
    await engine("far away", socket);
    const bridge = `const s = require("net").connect(${JSON.stringify(socket)}); process.stdin.pipe(s).pipe(process.stdout)`;
    const ssh = join(directory, "ssh");
    writeFileSync(
      ssh,
      `#!/bin/sh\necho "$*" > ${directory}/arguments\nexec ${process.execPath} -e '${bridge}'\n`,
    );
    chmodSync(ssh, 0o755);
    vi.stubEnv("PATH", `${directory}${delimiter}${process.env["PATH"] ?? ""}`);
    vi.stubEnv("DOCKER_HOST", "tcp://nowhere.invalid:2375");
    expect(await answering("ssh://me@my-alias:2222")).toBe("far away");
    expect(readFileSync(join(directory, "arguments"), "utf8").trim()).toBe(
      "-T -o ConnectTimeout=10 -o BatchMode=yes -p 2222 -l me -- my-alias docker system dial-stdio",
    );
  });

  it("by ssh says what ssh says when it cannot be reached", async () => {
    const ssh = join(directory, "ssh");
    writeFileSync(ssh, "#!/bin/sh\necho 'Could not resolve hostname' >&2\nexit 255\n");
    chmodSync(ssh, 0o755);
    vi.stubEnv("PATH", `${directory}${delimiter}${process.env["PATH"] ?? ""}`);
    await expect(answering("ssh://nowhere")).rejects.toThrow("ssh: Could not resolve hostname");
  });

  it("with TLS needs the certificates of DOCKER_CERT_PATH", () => {
    const environment = { DOCKER_CERT_PATH: directory, DOCKER_TLS_VERIFY: "1" };
    expect(() => dockerClient("tcp://far.example.com:1234", environment)).toThrow(
      join(directory, "ca.pem"),
    );
    expect(() =>
      dockerClient("tcp://far.example.com:2376", { DOCKER_CERT_PATH: directory }),
    ).toThrow(join(directory, "ca.pem"));
  });

  it("has an address of a known kind", () => {
    expect(() => dockerClient("http://far.example.com", {})).toThrow(
      "http://far.example.com is no address of a Docker engine: it begins with unix://, tcp:// or ssh://",
    );
  });
});
