import { describe, expect, it } from "vitest";
import { verdict, verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

const publish =
  "is no more; target.publish has ui, grpc and frontend, each a port or none (gRPC through the gateway may share the web UI's)";
const exposure =
  "is no more; target.exposure has ui, grpc and frontend, each with a kind of its own, such as `ui: {kind: ingress, host: temporal.example.com}`: what the gateway had is ui, and grpc where programs came by it; what began with grpc is frontend";
const auditLog =
  "must be an object: {kind: stdout}, which is the default, or {kind: file, storage: 8GiB, keep: 90d, callsPerSecond: 1}";

describe("a key of an earlier version is refused once, with what says the same now", () => {
  it.each([
    ["the gateway's port", verdictOnDocker({ port: 7233 }), "target.publish.port", publish],
    [
      "the frontend's port",
      verdictOnDocker({ grpcPort: 7234 }),
      "target.publish.grpcPort",
      publish,
    ],
    [
      "one exposure for all",
      verdictOnKubernetes({
        target: { exposure: { kind: "ingress", host: "a.b", grpcHost: "g.b", tlsSecret: "s" } },
      }),
      "target.exposure.kind",
      exposure,
    ],
    [
      "no exposure for all",
      verdictOnKubernetes({ target: { exposure: { kind: "cluster" } } }),
      "target.exposure.kind",
      exposure,
    ],
    [
      "the audit log's age",
      verdictOnDocker({}, { gateway: { auditLog: "90d" } }),
      "gateway.auditLog",
      auditLog,
    ],
  ])("%s", (_what, message, key, advice) => {
    expect(message).toBe(`[0].${key}: ${advice}`);
  });

  it("in every cluster, also where it is the common part's", () => {
    const docker = { kind: "docker" };
    const clusters = [
      { name: "a", target: docker },
      { name: "b", target: docker },
    ];
    expect(verdict({ common: { gateway: { auditLog: "7d" } }, clusters })).toBe(
      [
        "invalid configuration:",
        `  - temporal-platform:clusters[0].gateway.auditLog: ${auditLog}`,
        `  - temporal-platform:clusters[1].gateway.auditLog: ${auditLog}`,
      ].join("\n"),
    );
  });

  it("all of them at once", () => {
    const message = verdictOnDocker({ port: 1, grpcPort: 2 }, { gateway: { auditLog: "7d" } });
    expect(message.match(/^ {2}- \S+:/gm)).toEqual([
      "  - [0].target.publish.port:",
      "  - [0].target.publish.grpcPort:",
      "  - [0].gateway.auditLog:",
    ]);
  });
});
