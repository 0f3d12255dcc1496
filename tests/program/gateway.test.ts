import { beforeAll, describe, expect, it } from "vitest";
import { auditLogPaths, writeToStdout } from "../../platform/audit-log.ts";
import {
  everythingBefore,
  type Recorded,
  type Recording,
  runProgram,
} from "../../testkit/harness.ts";

const volume = "docker:index/volume:Volume";
const audit = "temporal-dev-gateway-audit";

/** A stack of one Docker cluster with this gateway. */
const run = (
  gateway: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Recording> =>
  runProgram({
    stack: "dev",
    environment,
    config: { clusters: [{ name: "dev", target: { kind: "docker" }, gateway }] },
  });
const gatewayOf = (program: Recording): Recorded => program.named("temporal-dev-gateway-0");
const auditLog = { kind: "file", keep: "30d", callsPerSecond: 2 };

describe("the gateway on Docker", () => {
  let program: Recording;
  beforeAll(async () => {
    program = await run({});
  });

  it("hands its lines to standard output in batches, without a volume", () => {
    const { inputs } = gatewayOf(program);
    const words = inputs["entrypoints"] as readonly string[];
    expect(words.slice(-2)).toEqual(["/bin/sh", auditLogPaths.start]);
    expect(words).toContain(writeToStdout);
    expect(inputs["mounts"]).toEqual([]);
    expect(program.ofType(volume).map(({ name }) => name)).not.toContain(audit);
  });

  it("ends by HAProxy's own signal, and soon: nobody takes its place", () => {
    const { stopSignal, stopTimeout } = gatewayOf(program).inputs;
    expect([stopSignal, stopTimeout]).toEqual(["SIGUSR1", 7]);
  });

  it("comes after a task in which HAProxy has judged the same config", () => {
    expect(everythingBefore(program, gatewayOf(program))).toContain("temporal-dev-gateway-check");
    const check = program.named("temporal-dev-gateway-check").inputs;
    const command = check["command"] as readonly string[];
    expect(command.slice(-4)).toEqual(["haproxy", "-c", "-f", "/etc/gateway/haproxy.cfg"]);
    const started = gatewayOf(program).inputs["entrypoints"] as readonly string[];
    expect(command.find((word) => word.startsWith("global\n"))).toBe(
      started.find((word) => word.startsWith("global\n")),
    );
    expect(check["image"]).toBe(gatewayOf(program).inputs["image"]);
  });
});

describe("the audit log in files", () => {
  it("has a volume that is the gateway's user's before the gateway comes", async () => {
    const program = await run({ auditLog });
    expect(gatewayOf(program).inputs["mounts"]).toEqual([
      { type: "volume", source: audit, target: "/var/log/gateway" },
    ]);
    expect([...everythingBefore(program, gatewayOf(program))]).toEqual(
      expect.arrayContaining([audit, `${audit}-owner`]),
    );
    expect(program.named(`${audit}-owner`).inputs).toMatchObject({
      network: "none",
      command: ["chown", "99:99", "/var/log/gateway"],
    });
  });

  it("is what stays of a stopped gateway, which nobody checks", async () => {
    const program = await run({ auditLog }, { TEMPORAL_LIFECYCLE: "stopped" });
    expect(program.ofType(volume).map(({ name }) => name)).toContain(audit);
    expect(program.ofType("temporal:docker:Task")).toEqual([]);
  });
});
