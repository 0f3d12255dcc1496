import { describe, expect, it } from "vitest";
import { givenSecretValues } from "../../config/given-secrets.ts";
import { connectionBudget } from "../../platform/database.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdict, verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

const onDocker = (monitoring: object): string => verdictOnDocker({}, { monitoring });
const onKubernetes = (monitoring: object): string => verdictOnKubernetes({ ...{ monitoring } });

describe("monitoring", () => {
  it("is off unless the config asks for it", () => {
    expect(clusterWith().monitoring).toEqual({ kind: "none" });
  });

  it("by a Prometheus of the platform's own has a default for everything, and is reached by nobody from outside", () => {
    expect(clusterWith({ monitoring: { kind: "managed" } }).monitoring).toEqual({
      ...{ kind: "managed", retentionDays: 15, storageGiB: 10 },
      ...{ resources: { memoryMiB: 512 }, runbooks: "docs/runbooks/alerts.md" },
      ...{ alertmanager: { kind: "none" }, dashboards: { kind: "none" } },
      postgresExporter: { kind: "managed", resources: { memoryMiB: 64 } },
      elasticsearchExporter: { kind: "none" },
    });
  });

  it("tells an Alertmanager, and a storage elsewhere", () => {
    const authentication = { kind: "bearer", token: { env: "TOKEN" } };
    const more = {
      alertmanager: { kind: "external", url: "http://alertmanager.example.com:9093/alerts" },
      remoteWrite: { url: "https://metrics.example.com/api/v1/write", authentication },
    };
    const { monitoring } = clusterWith({ monitoring: { kind: "managed", ...more } });
    expect(monitoring).toMatchObject(more);
    expect(monitoring).toMatchObject({ alertmanager: { authentication: { kind: "none" } } });
  });

  it.each(["managed", "operator", "annotations"])("by %s is there on Kubernetes", (kind) => {
    expect(onKubernetes({ kind })).toBe("accepted");
  });

  it.each(["operator", "annotations"])("by %s is refused on Docker", (kind) => {
    expect(onDocker({ kind })).toBe(
      `[0].monitoring.kind: needs a kubernetes target: ${kind} is read there; use managed on docker`,
    );
  });

  it("has a port of the loopback interface on Docker only", () => {
    const managed = { kind: "managed", loopbackPort: 9090 };
    expect(onDocker(managed)).toBe("accepted");
    expect(onKubernetes(managed)).toBe(
      "[0].monitoring.loopbackPort: needs a docker target: use kubectl port-forward on kubernetes, and leave it out",
    );
  });

  it("does not take a port that is published already", () => {
    expect(onDocker({ kind: "managed", loopbackPort: 7233 })).toBe(
      "[0].monitoring.loopbackPort: the same as [0].target.publish.ui; every published port must be free",
    );
    const clusters = ["a", "b"].map((name) => ({
      ...{ name, target: { kind: "docker" } },
      monitoring: { kind: "managed", loopbackPort: 9090 },
    }));
    expect(verdict({ clusters })).toContain("[1].monitoring.loopbackPort: the same as");
  });

  it.each<[string, object, fault: string]>([
    [
      "an Alertmanager as an earlier version had it",
      { alertmanager: "http://alertmanager:9093" },
      "[0].monitoring.alertmanager: must be an object: {kind: external, url: …} with the address that it was",
    ],
    [
      "an address without a scheme",
      { alertmanager: { kind: "external", url: "alertmanager:9093" } },
      "[0].monitoring.alertmanager.url: must be an address such as http://alertmanager.example.com:9093",
    ],
    [
      "an Alertmanager that tells nobody",
      { alertmanager: { kind: "managed", receivers: {} } },
      "[0].monitoring.alertmanager.receivers: must have one at least",
    ],
    [
      "a secret in the config",
      {
        alertmanager: {
          ...{ kind: "managed", receivers: { hook: { kind: "webhook", url: "https://hooks" } } },
        },
      },
      "[0].monitoring.alertmanager.receivers.hook.url: must be {env: VARIABLE}, or {name, key} of a Kubernetes Secret",
    ],
    [
      "a secret of Kubernetes on Docker",
      {
        alertmanager: {
          kind: "managed",
          receivers: { hook: { kind: "webhook", url: { name: "hooks", key: "url" } } },
        },
      },
      "[0].monitoring.alertmanager.receivers.hook.url: needs a kubernetes target: a Docker engine has no Secrets; use {env: VARIABLE}",
    ],
    [
      "a password in an address",
      { remoteWrite: { url: "https://me:secret@metrics.example.com/write" } },
      "[0].monitoring.remoteWrite.url: must not hold a user or a password: they would stand in the config",
    ],
    [
      "a time that is no number of days",
      { retention: "12h" },
      "[0].monitoring.retention: must be a number of days such as 30d",
    ],
    [
      "less memory than it starts with",
      { resources: { memory: "64MiB" } },
      "[0].monitoring.resources.memory: must be at least 128MiB",
    ],
    [
      "processor time that a Docker engine does not set aside",
      { resources: { cpuRequest: 0.5 } },
      "[0].monitoring.resources.cpuRequest: needs a kubernetes target: a Docker engine sets no processor time aside",
    ],
    [
      "runbooks with a heading",
      { runbooks: "https://wiki.example.com/alerts#all" },
      "[0].monitoring.runbooks: must be an address without a blank and without #",
    ],
  ])("refuses %s", (_, more, fault) => {
    expect(onDocker({ kind: "managed", ...more })).toBe(fault);
  });
});

describe("postgres_exporter", () => {
  const role = { user: "watcher", password: { env: "WATCHER_PASSWORD" } };
  const external = { kind: "external", host: "db" };
  const asked = (more: object = {}): object => ({
    ...{ kind: "managed", postgresExporter: { kind: "managed", ...more } },
  });
  const onDockerWith = (postgres: object, monitoring: object): string =>
    verdictOnDocker({}, { postgres, monitoring }, { TEMPORAL_DB_PASSWORD: "given by a test" });

  it("is there where the platform runs PostgreSQL, whatever reads its metrics, and nowhere else by default", () => {
    const of = (more: object): unknown => clusterWith(more).monitoring;
    for (const kind of ["managed", "operator"]) {
      const target = { kind: "kubernetes", context: "x" };
      expect(of({ target, monitoring: { kind } })).toMatchObject({
        postgresExporter: { kind: "managed" },
      });
    }
    expect(of({ postgres: external, monitoring: { kind: "managed" } })).toMatchObject({
      postgresExporter: { kind: "none" },
    });
  });

  it("takes two of PostgreSQL's connections", () => {
    const budget = (kind: string): number =>
      connectionBudget(
        clusterWith({ monitoring: { kind: "managed", postgresExporter: { kind } } }),
      );
    expect(budget("managed")).toBe(budget("none") + 2);
  });

  it("connects to somebody else's PostgreSQL as a role that the user has made", () => {
    expect(onDockerWith(external, asked({ role }))).toBe("accepted");
    expect(onDockerWith(external, asked())).toBe(
      "[0].monitoring.postgresExporter.role: is missing; postgres.kind is external, so make a role there that is a member of pg_monitor and name it, or set postgresExporter.kind to none",
    );
  });

  it("has a role of its own where the platform runs PostgreSQL, and takes no other", () => {
    expect(onDocker(asked({ role }))).toBe(
      "[0].monitoring.postgresExporter.role: is of no use where the platform runs PostgreSQL, which makes a role of its own; leave it out",
    );
  });
});

describe("the secrets of monitoring", () => {
  const monitoring = {
    kind: "managed",
    alertmanager: {
      kind: "managed",
      receivers: { oncall: { kind: "webhook", url: { env: "ALERTS_URL" } } },
    },
    remoteWrite: {
      url: "https://metrics.example.com/write",
      authentication: { kind: "basic", username: "us", password: { env: "METRICS_PASSWORD" } },
    },
  };
  const cluster = clusterWith({ monitoring });

  it("come from the environment of whoever deploys", () => {
    const environment = { ALERTS_URL: "https://hooks.example.com/x", METRICS_PASSWORD: "hidden" };
    expect(givenSecretValues([cluster], environment)).toEqual({
      dev: {
        "monitoring.receiver.oncall": "https://hooks.example.com/x",
        "monitoring.remote-write": "hidden",
      },
    });
  });

  it("that are missing are named, all at once", () => {
    expect(() => givenSecretValues([cluster], {})).toThrow(
      /remoteWrite\.authentication\.password: the environment variable METRICS_PASSWORD is missing[\s\S]*receivers\.oncall\.url: the environment variable ALERTS_URL is missing/,
    );
  });
});
