import { describe, expect, it } from "vitest";
import { ConfigError } from "../../config/errors.ts";
import { resolveSettings } from "../../config/load.ts";
import type { Cluster } from "../../platform/cluster.ts";
import { imagesOf } from "../../platform/images.ts";

const digest = `@sha256:${"0".repeat(64)}`;

/** A cluster with these images. */
function cluster(images: object, more: object = {}): Cluster {
  const [first] = resolveSettings(
    { clusters: [{ name: "dev", target: { kind: "docker" }, images, ...more }] },
    {},
  ).clusters;
  if (first === undefined) throw new Error("no cluster");
  return first;
}

describe("a cluster's images", () => {
  it("are Docker Hub's under the names that everybody knows", () => {
    expect(Object.values(imagesOf(cluster({}))).map(({ reference }) => reference)).toEqual([
      "postgres:15.20-bookworm",
      "temporalio/server:1.32.2",
      "temporalio/admin-tools:1.32.2",
      "temporalio/ui:2.58.1",
      "haproxy:2.6.31-alpine",
    ]);
  });

  it("have their full paths on a mirror, and stay what they are where each is named", () => {
    const ui = `registry.example.com/team/ui:2.58.1${digest}`;
    const images = imagesOf(cluster({ registry: "mirror.example.com/hub", ui }));
    expect(Object.values(images).map(({ reference }) => reference)).toEqual([
      "mirror.example.com/hub/library/postgres:15.20-bookworm",
      "mirror.example.com/hub/temporalio/server:1.32.2",
      "mirror.example.com/hub/temporalio/admin-tools:1.32.2",
      ui,
      "mirror.example.com/hub/library/haproxy:2.6.31-alpine",
    ]);
  });

  it.each([
    ["a digest", `team/server${digest}`],
    ["a tag of one's own", "registry.example.com/server:blue"],
    ["the version of the server", "registry.example.com/server:v1.32.2-team.1"],
  ])("may have a server named by %s, and its version is the config's", (_what, server) => {
    expect(imagesOf(cluster({ server })).server).toMatchObject({
      reference: server,
      version: "1.32.2",
    });
  });
});

describe("what is wrong with images is told with the key and what to do", () => {
  const badPrefix =
    "must be the host of a registry and a path below it, such as registry.example.com/mirror, without a scheme and a slash at its end";
  const badReference =
    "must be a reference with an exact tag or a digest, such as registry.example.com/team/image:1.2.3@sha256:…";

  it.each<[string, object, string, object?]>([
    [
      "a registry with a slash at its end",
      { registry: "mirror.example.com/" },
      `.registry: ${badPrefix}`,
    ],
    [
      "a registry with a scheme",
      { registry: "https://mirror.example.com/hub" },
      `.registry: ${badPrefix}`,
    ],
    ["a registry without a host", { registry: "team/mirror" }, `.registry: ${badPrefix}`],
    ["an image without a tag", { ui: "registry.example.com/team/ui" }, `.ui: ${badReference}`],
    ["a moving tag", { postgres: "postgres:latest" }, `.postgres: ${badReference}`],
    ["half a digest", { gateway: "haproxy:2@sha256:0123" }, `.gateway: ${badReference}`],
    ["no text", { gateway: 2 }, ".gateway: must be a string"],
    [
      "an image of nothing that there is",
      { history: "registry.example.com/temporal:1.32.2" },
      ": unknown key history; see docs/config-reference.md for the keys there are",
    ],
    [
      "a server of another version by its tag",
      { server: "registry.example.com/temporal:v1.31.2-team" },
      ".server: its tag says 1.31.2, and server.version is 1.32.2, by which every guard goes: set both to the same",
    ],
    [
      "admin tools of another version by their tag",
      { adminTools: `temporalio/admin-tools:1.32.2${digest}` },
      ".adminTools: its tag says 1.32.2, and server.version is 1.31.2, by which every guard goes: set both to the same",
      { server: { version: "1.31.2" } },
    ],
    [
      "an image of PostgreSQL that an operator would not use",
      { postgres: "registry.example.com/postgres:15.20" },
      ".postgres: is of no use with cloudnative-pg, whose chart chooses the image; leave it out",
      { target: { kind: "kubernetes", context: "x" }, postgres: { kind: "cloudnative-pg" } },
    ],
  ])("%s", (_what, images, fault, more) => {
    expect(() => cluster(images, more)).toThrow(
      new ConfigError([`temporal-platform:clusters[0].images${fault}`]),
    );
  });
});
