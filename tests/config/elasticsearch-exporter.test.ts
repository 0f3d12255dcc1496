import { describe, expect, it } from "vitest";
import { givenSecretValues } from "../../config/given-secrets.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdictOnDocker } from "./verdict.ts";

const managed = { kind: "managed" };
const external = (more: object = {}): object => ({
  ...{ kind: "external", url: "https://search.example.com" },
  ...{ credentials: { kind: "basic", username: "app" }, ...more },
});
const user = { username: "watcher", password: { env: "WATCHER_PASSWORD" } };
const asked = (more: object = {}): object => ({
  ...{ kind: "managed", elasticsearchExporter: { kind: "managed", ...more } },
});
const onDocker = (visibility: object, monitoring: object): string =>
  verdictOnDocker({}, { visibility, monitoring });

describe("elasticsearch_exporter", () => {
  it("is there where the platform runs OpenSearch, whatever reads its metrics, and nowhere else by default", () => {
    const of = (more: object): unknown => clusterWith(more).monitoring;
    const target = { kind: "kubernetes", context: "x" };
    for (const kind of ["managed", "operator", "annotations"]) {
      expect(of({ target, visibility: managed, monitoring: { kind } })).toMatchObject({
        elasticsearchExporter: { kind: "managed", resources: { memoryMiB: 64 } },
      });
    }
    for (const visibility of [{ kind: "postgres" }, external()]) {
      expect(of({ visibility, monitoring: { kind: "managed" } })).toMatchObject({
        elasticsearchExporter: { kind: "none" },
      });
    }
  });

  it("asks somebody else's server as a user that its owner has made", () => {
    expect(onDocker(external(), asked({ user }))).toBe("accepted");
    expect(onDocker(external({ credentials: { kind: "none" } }), asked())).toBe("accepted");
    expect(onDocker(external(), asked())).toBe(
      "[0].monitoring.elasticsearchExporter.user: is missing; visibility.credentials.kind is basic, so make a user there that may only monitor and name it, or set elasticsearchExporter.kind to none",
    );
  });

  it("finds that user's password in the environment of whoever deploys", () => {
    const cluster = clusterWith({ visibility: external(), monitoring: asked({ user }) });
    const environment = { TEMPORAL_VISIBILITY_PASSWORD: "one", WATCHER_PASSWORD: "another" };
    expect(givenSecretValues([cluster], environment)).toEqual({
      dev: { OPENSEARCH_PASSWORD: "one", "monitoring.elasticsearch-exporter": "another" },
    });
  });

  it.each<[string, object, object, string]>([
    [
      "where there is nobody to ask",
      { kind: "postgres" },
      asked(),
      "kind: has nobody to ask: visibility.kind is postgres; leave it out, or set it to none",
    ],
    [
      "with a user where the platform makes one",
      managed,
      asked({ user }),
      "user: is of no use where the platform runs OpenSearch, which makes a user of its own; leave it out",
    ],
    [
      "where it could not check the certificate",
      external({ tls: { serverName: "search.internal" } }),
      asked({ user }),
      "kind: cannot check the certificate: elasticsearch_exporter knows no visibility.tls.serverName; set it to none, or give visibility.url the name that the certificate has",
    ],
    [
      "with processor time that a Docker engine does not set aside",
      managed,
      asked({ resources: { cpuRequest: 0.1 } }),
      "resources.cpuRequest: needs a kubernetes target: a Docker engine sets no processor time aside",
    ],
  ])("is refused %s", (_what, visibility, monitoring, fault) => {
    expect(onDocker(visibility, monitoring)).toBe(`[0].monitoring.elasticsearchExporter.${fault}`);
  });
});
