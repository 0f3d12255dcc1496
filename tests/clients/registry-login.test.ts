import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { loginOf, registryOf } from "../../clients/registry-login.ts";

let directory: string;
let environment: Record<string, string | undefined>;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "logins-"));
  directory = made;
  environment = {
    DOCKER_CONFIG: made,
    PATH: `${made}${delimiter}${process.env["PATH"] ?? ""}`,
  };
  return () => {
    rmSync(made, { recursive: true });
  };
});

const registry = "registry.example.com:5000";
const hub = "https://index.docker.io/v1/";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const configFile = (): string => join(directory, "config.json");
function write(config: object): void {
  writeFileSync(configFile(), JSON.stringify(config));
}

/** A program on PATH that keeps logins; it says this, and notes what it is asked. */
function helper(name: string, said: string, exitCode = 0): void {
  const path = join(directory, `docker-credential-${name}`);
  const script = `#!/bin/sh\n{ echo "$@"; cat; } > ${directory}/asked\ncat <<'END'\n${said}\nEND\nexit ${exitCode}\n`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
}
const asked = (): string => readFileSync(join(directory, "asked"), "utf8");

describe("the registry of an image", () => {
  it.each([
    ["postgres:15.20-bookworm", "docker.io"],
    ["temporalio/server:1.32.2", "docker.io"],
    ["index.docker.io/library/caddy:2", "docker.io"],
    ["docker.io/library/caddy:2", "docker.io"],
    ["registry.example.com/mirror/caddy@sha256:abc", "registry.example.com"],
    ["mirror:5000/caddy:2", "mirror:5000"],
    ["localhost/caddy:2", "localhost"],
  ])("of %s is %s", (reference, expected) => {
    expect(registryOf(reference)).toBe(expected);
  });
});

describe("a login of Docker's config file", () => {
  it.each<[string, string, object, object, string]>([
    [
      "user and password",
      registry,
      { [registry]: { auth: base64("alice:se:cret") } },
      { username: "alice", password: "se:cret", serveraddress: registry },
      "with the login of alice in",
    ],
    [
      "the login of Docker Hub",
      "docker.io",
      { "docker.io": { auth: base64("eve:x") }, [hub]: { auth: base64("alice:secret") } },
      { username: "alice", password: "secret", serveraddress: hub },
      "with the login of alice in",
    ],
    [
      "an identity token",
      registry,
      { [registry]: { auth: base64("00000000:"), identitytoken: "token" } },
      { username: "00000000", identitytoken: "token", serveraddress: registry },
      "with the login of 00000000 in",
    ],
    [
      "a token without a user",
      registry,
      { [registry]: { registrytoken: "token" } },
      { registrytoken: "token", serveraddress: registry },
      "with a token in",
    ],
    [
      "an address as old files have it",
      registry,
      { [`https://${registry}/v1/`]: { auth: base64("alice:secret\0\0") } },
      { username: "alice", password: "secret", serveraddress: registry },
      "with the login of alice in",
    ],
  ])("is sent along: %s", async (_what, of, auths, auth, told) => {
    write({ auths });
    expect(await loginOf(of, environment)).toEqual({
      auth,
      description: `${told} ${configFile()}`,
    });
  });

  it("is nobody else's", async () => {
    write({ auths: { "registry.example.com": { auth: base64("alice:secret") } } });
    expect(await loginOf(registry, environment)).toEqual({
      description: `without a login (${configFile()} has none for ${registry})`,
    });
  });

  it("is none where there is no file, and where it is no file of Docker's, whose content stays secret", async () => {
    const none = `without a login (${configFile()} has none for ${registry})`;
    expect(await loginOf(registry, environment)).toEqual({ description: none });
    writeFileSync(configFile(), '{"auths": se:cret');
    expect(await loginOf(registry, environment)).toEqual({
      description: `without a login (${configFile()} is not what Docker writes)`,
    });
  });
});

describe("a login that a program keeps", () => {
  it("is asked for by the registry's address", async () => {
    write({ auths: { [registry]: {} }, credsStore: "keychain" });
    helper("keychain", '{"ServerURL":"x","Username":"alice","Secret":"secret"}');
    expect(await loginOf(registry, environment)).toEqual({
      auth: { username: "alice", password: "secret", serveraddress: registry },
      description: "with the login of alice in docker-credential-keychain",
    });
    expect(asked()).toBe(`get\n${registry}`);
    await loginOf("docker.io", environment);
    expect(asked()).toBe(`get\n${hub}`);
  });

  it("is the one of the registry's own program before that of all others", async () => {
    write({ credsStore: "keychain", credHelpers: { [registry]: "cloud" } });
    helper("cloud", '{"Username":"<token>","Secret":"token"}');
    expect(await loginOf(registry, environment)).toEqual({
      auth: { identitytoken: "token", serveraddress: registry },
      description: "with a token in docker-credential-cloud",
    });
  });

  it.each([
    [
      "it knows none",
      "credentials not found in native keychain",
      1,
      `docker-credential-keychain has none for ${registry}`,
    ],
    [
      "it fails",
      "the keychain is locked\nand more",
      1,
      "docker-credential-keychain: the keychain is locked",
    ],
    [
      "it says something else",
      '{"Secret": "se:cret"',
      0,
      "docker-credential-keychain answers otherwise than Docker wants it",
    ],
  ])("is none when %s", async (_what, said, exitCode, told) => {
    write({ credsStore: "keychain" });
    helper("keychain", said, exitCode);
    expect(await loginOf(registry, environment)).toEqual({
      description: `without a login (${told})`,
    });
  });

  it("is none when the program is not there", async () => {
    write({ credsStore: "desktop" });
    const { auth, description } = await loginOf(registry, environment);
    expect(auth).toBeUndefined();
    expect(description).toMatch(/^without a login \(.*docker-credential-desktop.*ENOENT.*\)$/);
    expect(existsSync(join(directory, "asked"))).toBe(false);
  });
});
