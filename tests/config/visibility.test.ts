import { describe, expect, it } from "vitest";
import { givenSecretValues } from "../../config/given-secrets.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdict, verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

const credentials = { kind: "basic", username: "app" };
const external = { kind: "external", url: "https://search.example.com", credentials };
const onDocker = (visibility: object, more: object = {}): string =>
  verdictOnDocker({}, { visibility, ...more });

describe("visibility of a cluster", () => {
  it("is in PostgreSQL until something else is asked for", () => {
    expect(clusterWith().visibility).toEqual({ kind: "postgres" });
  });

  it("is in the index alone for a new cluster, with memory and a volume where the platform runs it", () => {
    expect(clusterWith({ visibility: { kind: "managed" } }).visibility).toEqual({
      ...{ kind: "managed", stage: "only", storageGiB: 20, resources: { memoryMiB: 2048 } },
    });
  });

  it("finds the password in the environment, or in a Kubernetes Secret", () => {
    const cluster = clusterWith({ visibility: external });
    expect(givenSecretValues([cluster], { TEMPORAL_VISIBILITY_PASSWORD: "hidden" })).toEqual({
      dev: { OPENSEARCH_PASSWORD: "hidden" },
    });
    expect(() => givenSecretValues([cluster], {})).toThrow(
      "clusters[0].visibility.credentials.password: the environment variable TEMPORAL_VISIBILITY_PASSWORD is missing",
    );
    const password = { name: "search", key: "password" };
    const secret = { ...external, credentials: { ...credentials, password } };
    expect(verdictOnKubernetes({ visibility: secret } as object)).toBe("accepted");
    expect(onDocker(secret)).toContain(
      "[0].visibility.credentials.password: needs a kubernetes target",
    );
  });

  it.each<[string, object, string]>([
    ["no address", { ...external, url: undefined }, "visibility.url: must be an address"],
    ["an address with a path", { ...external, url: "https://x/search" }, "must have no path"],
    [
      "a password in the address",
      { ...external, url: "https://a:b@x" },
      "must not hold a user or a password",
    ],
    ["no way in", { ...external, credentials: undefined }, "visibility.credentials"],
    [
      "an index that Temporal's template is not for",
      { ...external, index: "lists" },
      "visibility.index: must begin with temporal_visibility_v1",
    ],
    [
      "certificates without TLS",
      { ...external, url: "http://x", tls: { serverName: "y" } },
      "visibility.tls.serverName: needs an address with https",
    ],
    [
      "a move without the authority that the copy checks by",
      { ...external, stage: "fill" },
      "visibility.tls.ca: is missing; with visibility.stage fill it must be given",
    ],
    ["a stage that is none", { kind: "managed", stage: "both" }, "visibility.stage"],
  ])("is refused with %s", (_what, visibility, message) => {
    expect(onDocker(visibility)).toContain(message);
  });

  it("is refused with a server that is not proven with it", () => {
    expect(onDocker({ kind: "managed" }, { server: { version: "1.31.2" } })).toContain(
      "visibility.kind: needs server.version 1.32.0 or newer",
    );
  });

  it("is refused when two clusters have one index", () => {
    const cluster = (name: string): object => ({
      ...{ name, target: { kind: "docker" } },
      visibility: { ...external, index: "temporal_visibility_v1_ours" },
    });
    expect(verdict({ clusters: [cluster("a"), cluster("b")] })).toContain(
      "clusters[1].visibility.index: the same as temporal-platform:clusters[0].visibility.index; every cluster needs an index of its own",
    );
  });
});

describe("search attributes in an index", () => {
  const managed = { kind: "managed" };
  const namespaces = (one: object, other: object): object => ({
    namespaces: { one: { searchAttributes: one }, other: { searchAttributes: other } },
  });

  it("have one type in all namespaces", () => {
    const differing = namespaces({ OrderId: "Keyword" }, { OrderId: "Text" });
    expect(onDocker({ kind: "postgres" }, differing)).toBe("accepted");
    expect(onDocker(managed, differing)).toContain(
      "[0].namespaces.other.searchAttributes.OrderId: must be Keyword, as in namespace one",
    );
    expect(onDocker(managed, namespaces({ OrderId: "Keyword" }, { OrderId: "Keyword" }))).toBe(
      "accepted",
    );
  });

  it("are not named as PostgreSQL's columns, which a copy brings along", () => {
    expect(onDocker(managed, namespaces({ Keyword01: "Keyword" }, {}))).toContain(
      "searchAttributes.Keyword01: is the name of a column",
    );
  });

  it("are as many as one likes once PostgreSQL has no part any more", () => {
    const many = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, "Int"]));
    expect(onDocker(managed, namespaces(many, {}))).toBe("accepted");
    expect(onDocker({ kind: "managed", stage: "serve" }, namespaces(many, {}))).toContain(
      "PostgreSQL has room for 3",
    );
  });
});
