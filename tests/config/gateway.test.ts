import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auditLogBytes } from "../../platform/audit-log.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdictOnDocker } from "./verdict.ts";

const onKubernetes = (exposure: object = {}): { target: object } => ({
  target: { kind: "kubernetes", context: "x", exposure },
});
const onDocker = (publish: object): { target: object } => ({ target: { kind: "docker", publish } });
const accepted = { authorization: "none" };
const nodes = { kind: "node-port", address: "10.0.0.1" };

describe("what is left out of the gateway gets a default", () => {
  it("by which two replicas stand in for each other on Kubernetes, and one has the port on Docker", () => {
    expect(clusterWith(onKubernetes()).gateway.replicas).toBe(2);
    expect(clusterWith().gateway.replicas).toBe(1);
    expect(clusterWith({ ...onKubernetes(), gateway: { replicas: 3 } }).gateway.replicas).toBe(3);
  });

  it("by which the audit log goes to standard output, and nobody is trusted or named", () => {
    expect(clusterWith().gateway).toMatchObject({
      user: "temporal",
      hosts: [],
      trustedProxies: [],
      auditLog: { kind: "stdout" },
    });
  });

  it.each([
    ["served", "on this machine only", onDocker({})],
    ["served", "on another loopback address", onDocker({ address: "::1" })],
    [
      "served",
      "where others reach the web UI alone",
      onDocker({ address: "0.0.0.0", grpc: "none", frontend: "none" }),
    ],
    ["refused", "at every address", onDocker({ address: "0.0.0.0", ...accepted })],
    ["served", "inside a Kubernetes cluster only", onKubernetes()],
    ["served", "where the web UI is at nodes", onKubernetes({ ui: nodes })],
    ["refused", "where gRPC is at nodes", onKubernetes({ grpc: { ...nodes, ...accepted } })],
    [
      "refused",
      "where the frontend is at nodes",
      onKubernetes({ frontend: { ...nodes, ...accepted } }),
    ],
  ])("OperatorService is %s %s", (operatorService, _where, more) => {
    expect(clusterWith(more).gateway.operatorService).toBe(operatorService);
    for (const said of ["served", "refused"]) {
      const gateway = { operatorService: said };
      expect(clusterWith({ ...more, gateway }).gateway.operatorService).toBe(said);
    }
  });
});

describe("what is wrong with the gateway is told with the key and what to do", () => {
  const file = { kind: "file", keep: "90d", callsPerSecond: 1 };
  const unknownKey = (name: string): string =>
    `unknown key ${name}; see docs/config-reference.md for the keys there are`;

  it.each([
    ["no replica", { replicas: 0 }, ".replicas: must be at least 1"],
    ["a user's name with a space", { user: "a b" }, ".user: must be letters, digits and . _ @ -"],
    [
      "a URL for a host name",
      { hosts: ["https://a.b"] },
      ".hosts[0]: must be a host name such as temporal.example.com",
    ],
    [
      "a proxy without a range",
      { trustedProxies: ["10.0.0.1"] },
      ".trustedProxies[0]: must be an address range such as 10.0.0.0/8",
    ],
    [
      "another wish for OperatorService",
      { operatorService: "some" },
      ".operatorService: must be served or refused",
    ],
    ["an unknown key", { host: "a.b" }, `: ${unknownKey("host")}`],
    [
      "an audit log somewhere else",
      { auditLog: { kind: "syslog" } },
      ".auditLog.kind: must be stdout or file",
    ],
    [
      "an age of what goes to standard output",
      { auditLog: { kind: "stdout", keep: "7d" } },
      `.auditLog: ${unknownKey("keep")}`,
    ],
    [
      "files for nobody knows how long",
      { auditLog: { kind: "file", callsPerSecond: 1 } },
      ".auditLog.keep: is missing; it must be a string",
    ],
    [
      "files for nobody knows how many calls",
      { auditLog: { kind: "file", keep: "7d" } },
      ".auditLog.callsPerSecond: is missing; it must be a number",
    ],
    [
      "an age that is no duration",
      { auditLog: { ...file, keep: "3 months" } },
      ".auditLog.keep: must be a number of days such as 30d",
    ],
    [
      "files that do not fit their volume",
      { auditLog: { ...file, callsPerSecond: 100, storage: "100GiB" } },
      ".auditLog: 90 days of 100 calls a second do not fit 100GiB; set storage to 412GiB or more, or keep less",
    ],
  ])("%s", (_what, gateway, expected) => {
    expect(verdictOnDocker({}, { gateway })).toBe(`[0].gateway${expected}`);
  });

  it("files fit the volume that they are given by default, or that the message names", () => {
    expect(verdictOnDocker({}, { gateway: { auditLog: file } })).toBe("accepted");
    const auditLog = { ...file, callsPerSecond: 100, storage: "412GiB" };
    expect(verdictOnDocker({}, { gateway: { auditLog } })).toBe("accepted");
    expect(
      verdictOnDocker({}, { gateway: { auditLog: { ...auditLog, storage: "411GiB" } } }),
    ).toMatch(/^\[0\]\.gateway\.auditLog: .* set storage to 412GiB or more, or keep less$/);
  });

  it("files are accepted where and only where their lines fit", () => {
    const sizes = fc.record({
      days: fc.integer({ min: 1, max: 400 }),
      calls: fc.integer({ min: 1, max: 2000 }),
      gib: fc.integer({ min: 1, max: 4000 }),
    });
    fc.assert(
      fc.property(sizes, ({ days, calls, gib }) => {
        const auditLog = {
          ...{ kind: "file", keep: `${days}d`, callsPerSecond: calls },
          storage: `${gib}GiB`,
        };
        const fits = days * 86_400 * calls * auditLogBytes.ofLine <= auditLogBytes.ofVolume(gib);
        expect(verdictOnDocker({}, { gateway: { auditLog } }) === "accepted").toBe(fits);
      }),
    );
  });
});
