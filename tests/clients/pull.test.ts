import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { dockerClient } from "../../clients/docker.ts";
import { type Pull, pullFailure, pullImage } from "../../clients/pull.ts";
import { type Answer, FakeEngine } from "../providers/fake-engine.ts";

let engine: FakeEngine;
let directory: string;
beforeEach(async () => {
  const started = await FakeEngine.start();
  const made = mkdtempSync(join(tmpdir(), "pull-"));
  engine = started;
  directory = made;
  return () => {
    started.stop();
    rmSync(made, { recursive: true });
  };
});

const image = "registry.example.com/team/server:1.32.2";
const pull = (reference = image, timeoutMs = 5000): Promise<Pull> =>
  pullImage(dockerClient(engine.host, {}), reference, {
    environment: { DOCKER_CONFIG: directory },
    timeoutMs,
  });
const refusing = (message: string): Answer => [500, { message }];

describe("a pull", () => {
  it("takes the registry's login along, and only that", async () => {
    const auth = Buffer.from("alice:secret+/").toString("base64");
    const auths = { "registry.example.com": { auth } };
    writeFileSync(join(directory, "config.json"), JSON.stringify({ auths }));
    expect(await pull()).toEqual({ kind: "pulled" });
    expect(await pull("postgres:15")).toEqual({ kind: "pulled" });
    const sent = { username: "alice", password: "secret+/", serveraddress: "registry.example.com" };
    expect(engine.pulls).toEqual([
      { reference: image, auth: sent },
      { reference: "postgres:15", auth: undefined },
    ]);
  });

  it("asks for the digest where there is one", async () => {
    const reference = `${image}@sha256:${"0".repeat(64)}`;
    expect(await pull(reference)).toEqual({ kind: "pulled" });
    expect(engine.pulls.map((one) => one.reference)).toEqual([reference]);
  });

  it("that is refused names image, registry and login, and no secret", async () => {
    const auth = Buffer.from("alice:secret").toString("base64");
    const auths = { "registry.example.com": { auth } };
    writeFileSync(join(directory, "config.json"), JSON.stringify({ auths }));
    engine.onPull = () => refusing("unauthorized: your token has expired");
    expect(await pull()).toEqual({
      kind: "refused",
      registry: "registry.example.com",
      reason: `registry.example.com refuses the image ${image}, asked with the login of alice in ${join(directory, "config.json")}: unauthorized: your token has expired`,
    });
  });

  it("that fails after it has begun is told, too", async () => {
    const lines = [{ status: "Pulling from team/server" }, { error: "toomanyrequests: too fast" }];
    const report = lines.map((line) => `${JSON.stringify(line)}\r\n`).join("");
    engine.onPull = () => [200, Buffer.from(report)];
    expect(await pull()).toMatchObject({
      kind: "refused",
      reason: `registry.example.com refuses the image ${image}, asked without a login (${join(directory, "config.json")} has none for registry.example.com): toomanyrequests: too fast`,
    });
  });
});

describe("a pull that failed", () => {
  // The words of Docker's two image stores (moby, daemon/internal/distribution/errors.go and daemon/containerd/image_pull.go).
  it.each<[string, number, string, string?]>([
    ["refused", 401, "unauthorized: authentication required"],
    ["refused", 500, 'Get "https://r.example/v2/": unauthorized: incorrect username or password'],
    ["refused", 500, 'Head "https://r.example/v2/x/manifests/1": no basic auth credentials'],
    [
      "refused",
      404,
      "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ["refused", 500, "error from registry: denied: Your authorization token has expired."],
    [
      "refused",
      500,
      "unexpected status from GET request to https://a.example/token: 401 Unauthorized",
    ],
    ["refused", 500, "unexpected status from HEAD request to https://r.example/v2/: 403 Forbidden"],
    ["refused", 500, "error parsing HTTP 403 response body: unexpected end of JSON input"],
    ["refused", 500, "toomanyrequests: You have reached your pull rate limit", "docker.io"],
    ["missing", 404, "manifest for postgres:0 not found: manifest unknown: manifest unknown"],
    ["missing", 500, 'failed to resolve reference "r.example/x:0": r.example/x:0: not found'],
    ["missing", 404, "no matching manifest for linux/arm64/v8 in the manifest list entries"],
    ["unreachable", 500, 'Get "https://r.example/v2/": dial tcp: lookup r.example: no such host'],
    ["unreachable", 500, 'Get "https://r.example/v2/": dial tcp 10.0.0.1:443: permission denied'],
    ["unreachable", 500, "Get https://r.example/v2/: proxyconnect tcp: EOF"],
    ["unreachable", 500, 'Get "https://r.example/v2/": Forbidden'],
    ["unreachable", 500, 'Get "https://r.example/v2/": Proxy Authentication Required'],
    [
      "unreachable",
      500,
      "error parsing HTTP 403 response body: invalid character '<'",
      "docker.io",
    ],
    ["unreachable", 500, "received unexpected HTTP status: 502 Bad Gateway"],
  ])("is %s: %i %s", (kind, statusCode, message, registry = "r.example") => {
    const error = new Error(`(HTTP code ${statusCode}) server error - ${message} `);
    expect(pullFailure(Object.assign(error, { statusCode }), registry)).toEqual([kind, message]);
  });

  it("for lack of an answer is unreachable", async () => {
    engine.onPull = () => new Promise(() => undefined);
    expect(await pull(image, 50)).toEqual({
      kind: "unreachable",
      registry: "registry.example.com",
      reason: `the image ${image} cannot be pulled from registry.example.com: no answer in 0.05 s`,
    });
  });
});
