import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { decide, type MachineFacts } from "../../offline/engine/decide.ts";
import { defaultHost } from "../../clients/docker.ts";
import { candidates, firstAnswering, probe } from "../../offline/engine/facts.ts";
import { ensureEngine, look } from "../../offline/engine/index.ts";
import { pathsOf } from "../../offline/paths.ts";
import { UserError } from "../../offline/user-error.ts";
import { FakeEngine } from "../providers/fake-engine.ts";

/** A Debian without an engine, and root. */
const bare: MachineFacts = {
  answers: false,
  tried: [defaultHost],
  platform: "linux",
  debian: true,
  root: true,
  dockerd: false,
  systemd: false,
};

describe("what is done about the engine", () => {
  it("uses one that answers, whatever else there is", () => {
    expect(decide({ ...bare, answers: true, named: "ssh://there" })).toEqual({ kind: "use" });
  });

  it.each([
    ["install", { dockerd: false }],
    ["start", { dockerd: true }],
  ] as const)("%ss one as root on a Debian", (kind, facts) => {
    expect(decide({ ...bare, ...facts })).toEqual({ kind, how: "background" });
    expect(decide({ ...bare, ...facts, systemd: true })).toEqual({ kind, how: "systemd" });
  });

  it.each<[string, Partial<MachineFacts>, string]>([
    ["an engine that the user names", { named: "tcp://there:2375" }, "tcp://there:2375 does not"],
    ["macOS", { platform: "darwin" }, "start Docker Desktop"],
    ["a user on a Debian", { root: false }, "sudo apt-get install docker.io"],
    ["another Linux", { debian: false }, "https://docs.docker.com/engine/install/"],
    ["another Linux with one that is down", { debian: false, dockerd: true }, "as root: dockerd"],
    ["a user who may not use it", { root: false, dockerd: true, systemd: true }, "usermod -aG"],
    ["an engine that is another one", { unsupported: "it is Podman" }, "it is Podman"],
  ])("leaves alone, and says what to do: %s", (_, facts, words) => {
    const action = decide({ ...bare, ...facts });
    expect(action.kind).toBe("refuse");
    const reason = action.kind === "refuse" ? action.reason : "";
    expect(reason).toContain(words);
    expect(reason).not.toContain("\n");
  });
});

describe("where an engine may be", () => {
  const home = mkdtempSync(join(tmpdir(), "home-"));
  const user = `unix://${home}/.docker/run/docker.sock`;

  it("is only where DOCKER_HOST says, when it says", async () => {
    expect(await candidates({ DOCKER_HOST: "ssh://there" }, home)).toEqual(["ssh://there"]);
  });

  it("is the usual sockets otherwise", async () => {
    expect(await candidates({}, home)).toEqual([defaultHost, user]);
    expect(await candidates({ DOCKER_HOST: "", XDG_RUNTIME_DIR: "/run/user/7" }, home)).toEqual([
      defaultHost,
      user,
      "unix:///run/user/7/docker.sock",
    ]);
  });

  it("is first at the endpoint of Docker's current context", async () => {
    const id = createHash("sha256").update("there").digest("hex");
    const meta = join(home, ".docker", "contexts", "meta", id);
    mkdirSync(meta, { recursive: true });
    writeFileSync(
      join(meta, "meta.json"),
      JSON.stringify({ Name: "there", Endpoints: { docker: { Host: "ssh://me@there" } } }),
    );
    expect((await candidates({ DOCKER_CONTEXT: "there" }, home))[0]).toBe("ssh://me@there");
    expect((await candidates({}, home))[0]).toBe(defaultHost);

    writeFileSync(
      join(home, ".docker", "config.json"),
      JSON.stringify({ currentContext: "there" }),
    );
    expect((await candidates({}, home))[0]).toBe("ssh://me@there");
    expect((await candidates({ DOCKER_CONTEXT: "default" }, home))[0]).toBe(defaultHost);
    expect((await candidates({ DOCKER_CONTEXT: "gone" }, home))[0]).toBe(defaultHost);
  });

  it.each(["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "not an address"])(
    "is not at %s",
    async (host) => {
      expect(await probe(host)).toBeUndefined();
    },
  );
});

describe("an engine that is not Docker", () => {
  const start = async (...components: string[]): Promise<FakeEngine> => {
    const engine = await FakeEngine.start();
    engine.components = components;
    onTestFinished(() => {
      engine.stop();
    });
    return engine;
  };

  it("is refused at once, and the doctor says so", async () => {
    const { host } = await start("Podman Engine", "Conmon");
    const { engine, facts } = await look({ DOCKER_HOST: host });
    expect(engine).toBeUndefined();
    expect(decide(facts)).toMatchObject({
      kind: "refuse",
      reason: expect.stringContaining(`the engine at ${host} is Podman 1.2.3`) as unknown,
    });
    const ensured = ensureEngine(pathsOf({}), { DOCKER_HOST: host });
    await expect(ensured).rejects.toThrow(UserError);
    await expect(ensured).rejects.toThrow("start a Docker engine, and name it by DOCKER_HOST");
  });

  it("is passed over where Docker answers elsewhere", async () => {
    const podman = await start("Podman Engine");
    const docker = await start("Engine");
    expect(await firstAnswering([podman.host, docker.host])).toEqual({
      host: docker.host,
      version: "1.2.3",
    });
  });
});
