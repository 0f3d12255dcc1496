import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { dockerClient } from "../../../clients/docker.ts";
import { imageCatalogue, type ImageName, type ImageSources } from "../../../platform/images.ts";
import { ensureImages } from "../../../offline/images/index.ts";
import { hashOfRecipes } from "../../../offline/images/recipes.ts";
import { UserError } from "../../../offline/user-error.ts";
import { type Answer, FakeEngine } from "../../providers/fake-engine.ts";

let engine: FakeEngine;
let directory: string;
let lines: string[];
beforeEach(async () => {
  const started = await FakeEngine.start();
  const made = mkdtempSync(join(tmpdir(), "images-"));
  engine = started;
  directory = made;
  lines = [];
  vi.stubEnv("DOCKER_CONFIG", made);
  return () => {
    vi.unstubAllEnvs();
    started.stop();
    rmSync(made, { recursive: true });
  };
});

const version = "1.32.2";
const mirror = "mirror.example.com/hub";
const own = "registry.example.com/team/ui:1@sha256:".padEnd(102, "0");

/** Sees to the gateway and the web UI; archives of them lie ready, as if they had been built before. */
async function ensure(
  sources: ImageSources = {},
  only: readonly ImageName[] = ["ui", "gateway"],
): Promise<readonly string[]> {
  const images = join(directory, "images");
  mkdirSync(images, { recursive: true });
  for (const { reference } of Object.values(imageCatalogue(version, sources))) {
    const name = `${encodeURIComponent(reference)}-${await hashOfRecipes()}.tar`;
    writeFileSync(join(images, name), "");
  }
  const outcomes = await ensureImages({
    ...{ engine: dockerClient(engine.host, {}), serverVersions: [version], only, sources },
    ...{ cacheDir: directory, report: (line: string) => lines.push(line) },
  });
  return outcomes.map(({ reference, origin }) => `${reference}: ${origin}`);
}

const says =
  (message: string, code = 500) =>
  (): Answer => [code, { message }];
const offline = says("dial tcp: lookup registry-1.docker.io: no such host");
const unknown = says("manifest for x not found: manifest unknown", 404);
const loads = (): number => engine.asked.filter((one) => one === "POST images/load").length;

describe("an image", () => {
  it("that is there is not asked for", async () => {
    engine.images.add("temporalio/ui:2.58.1").add("haproxy:2.6.31-alpine");
    expect(await ensure()).toEqual([
      "temporalio/ui:2.58.1: present",
      "haproxy:2.6.31-alpine: present",
    ]);
    expect(engine.pulls).toEqual([]);
  });

  it("is pulled, with its full path from a mirror, and under its own name from anywhere", async () => {
    expect(await ensure({ registry: mirror, ui: own })).toEqual([
      `${own}: pulled`,
      `${mirror}/library/haproxy:2.6.31-alpine: pulled`,
    ]);
  });

  it.each([{}, { registry: mirror }])(
    "is built where nobody reaches the registry, which is asked once: %j",
    async (sources) => {
      engine.onPull = offline;
      const outcomes = await ensure(sources);
      expect(outcomes.map((one) => one.split(": ")[1])).toEqual([
        "loaded from the cache",
        "loaded from the cache",
      ]);
      expect(engine.pulls).toHaveLength(1);
      expect(lines.join("\n")).toContain("no such host; what ");
    },
  );

  it("that Docker Hub does not have is built, and the next one is asked for", async () => {
    engine.onPull = (reference) => (reference.startsWith("haproxy") ? [200, {}] : unknown());
    expect(await ensure()).toEqual([
      "temporalio/ui:2.58.1: loaded from the cache",
      "haproxy:2.6.31-alpine: pulled",
    ]);
    expect(lines.join("\n")).toContain("docker.io has no image temporalio/ui:2.58.1, asked ");
  });
});

describe("an image that must not be built", () => {
  const denied = says("denied: requested access to the resource is denied", 404);

  it.each<[string, ImageSources, () => Answer, RegExp]>([
    [
      "Docker Hub refuses",
      {},
      denied,
      /^docker\.io refuses the image temporalio\/ui:2\.58\.1, asked without a login \(.*\): denied: .*; log in as a user who may pull it \(docker login\), or set clusters\[\]\.images\.registry$/,
    ],
    [
      "a mirror refuses",
      { registry: mirror },
      denied,
      /^mirror\.example\.com refuses the image .*; log in as a user who may pull it \(docker login mirror\.example\.com\), or set clusters\[\]\.images\.registry$/,
    ],
    [
      "a mirror does not have",
      { registry: mirror },
      unknown,
      /^mirror\.example\.com has no image .*; copy it there, or change clusters\[\]\.images\.registry$/,
    ],
    [
      "somebody names, and its registry refuses",
      { ui: own },
      denied,
      /^registry\.example\.com refuses the image .*, or set clusters\[\]\.images\.ui$/,
    ],
    [
      "somebody names, and its registry does not have",
      { ui: own },
      unknown,
      /; copy it there, or change clusters\[\]\.images\.ui$/,
    ],
    [
      "somebody names, and nobody reaches its registry",
      { ui: own },
      offline,
      /^the image registry\.example\.com\/team\/ui:1@sha256:0+ cannot be pulled from registry\.example\.com: .*; what clusters\[\]\.images\.ui names is not built here: let the engine reach registry\.example\.com, or leave the key out$/,
    ],
  ])("is an error: what %s", async (_what, sources, answer, message) => {
    engine.onPull = answer;
    const error: unknown = await ensure(sources).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
    expect(loads()).toBe(0);
  });

  it("is asked for although its registry has not answered for another one", async () => {
    const sources = { gateway: "haproxy:2.6.31-bookworm" };
    engine.onPull = offline;
    await expect(ensure(sources)).rejects.toThrow("what clusters[].images.gateway names");
    expect(engine.pulls).toHaveLength(2);
  });
});
