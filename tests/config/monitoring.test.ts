import { describe, expect, it } from "vitest";
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
    });
  });

  it("tells an Alertmanager, and a storage elsewhere", () => {
    const more = {
      alertmanager: "http://alertmanager.example.com:9093/alerts",
      remoteWrite: { url: "https://metrics.example.com/api/v1/write" },
    };
    expect(clusterWith({ monitoring: { kind: "managed", ...more } }).monitoring).toMatchObject(
      more,
    );
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
      "an address without a scheme",
      { alertmanager: "alertmanager:9093" },
      "[0].monitoring.alertmanager: must be an address such as http://alertmanager.example.com:9093",
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
