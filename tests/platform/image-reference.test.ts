import { describe, expect, it } from "vitest";
import {
  isExactReference,
  isRegistryPrefix,
  versionInTag,
} from "../../platform/image-reference.ts";

const digest = `@sha256:${"0a".repeat(32)}`;

describe("a reference of an image", () => {
  it.each([
    "postgres:15",
    "temporalio/server:1.32.2",
    `caddy${digest}`,
    `registry.example.com/team/a__b/c-d.e:v1.2_3${digest}`,
    "localhost/server:1",
    "registry:5000/server:1",
    "[fd00::1]:5000/server:1",
    "123.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/caddy:2",
  ])("may be %s", (text) => {
    expect(isExactReference(text)).toBe(true);
  });

  it.each([
    "",
    "postgres",
    "postgres:latest",
    "registry:5000/server",
    "registry.example.com/team/server",
    "Server:1",
    "registry.example.com/Team/server:1",
    "https://registry.example.com/server:1",
    "server:1:2",
    "server:.1",
    "server: 1",
    "/server:1",
    "server/:1",
    "server@sha256:0a",
    `server${digest.toUpperCase()}`,
    `server${digest}\n`,
  ])("may not be %j", (text) => {
    expect(isExactReference(text)).toBe(false);
  });

  it.each([
    ["server:1.32.2", "1.32.2"],
    ["registry:5000/server:v1.31.2-team.3", "1.31.2"],
    [`server:1.32.2${digest}`, "1.32.2"],
    ["server:1.32", undefined],
    ["server:main-1.32.2", undefined],
    [`server${digest}`, undefined],
    ["", undefined],
  ])("says in its tag the version of Temporal: %s", (text, version) => {
    expect(versionInTag(text)).toBe(version);
  });
});

describe("the prefix of a registry", () => {
  it.each(["registry.example.com", "registry.example.com/a/b", "registry:5000/a", "localhost"])(
    "may be %s",
    (text) => {
      expect(isRegistryPrefix(text)).toBe(true);
    },
  );

  it.each(["", "team", "team/mirror", "registry.example.com/", "https://r.example", "r.example/A"])(
    "may not be %j",
    (text) => {
      expect(isRegistryPrefix(text)).toBe(false);
    },
  );
});
