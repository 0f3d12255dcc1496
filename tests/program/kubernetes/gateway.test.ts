import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { basicAuthorization } from "../../../platform/gateway.ts";
import {
  everythingBefore,
  type Recording,
  runOnKubernetes as run,
} from "../../../testkit/harness.ts";
import { type Pod, podsOf } from "../../../testkit/pods.ts";

const auditLog = { kind: "file", keep: "30d", callsPerSecond: 2, storage: "20GiB" };
const check = "temporal-c-gateway-check-2-6-31";

function podOf(program: Recording, component: string): Pod {
  const found = podsOf(program).find((one) => one.component === component);
  if (found === undefined) throw new Error(`there is no pod of ${component}`);
  return found;
}

/** Names of the claims of the audit log. */
const claims = (program: Recording): readonly string[] =>
  program
    .ofType("kubernetes:core/v1:PersistentVolumeClaim")
    .map(({ name }) => name)
    .filter((name) => name.includes("audit"));

describe("the gateway", () => {
  it("is a Deployment of two pods, of which one at a time may be taken away, and has no volume", async () => {
    const program = await run();
    const { owner } = podOf(program, "gateway");
    expect(owner.type).toBe("kubernetes:apps/v1:Deployment");
    expect(owner.inputs["spec"]).toMatchObject({ replicas: 2 });
    const budget = program
      .ofType("kubernetes:policy/v1:PodDisruptionBudget")
      .find(({ name }) => name === "temporal-c-gateway");
    expect(budget?.inputs["spec"]).toMatchObject({ maxUnavailable: 1 });
    expect(claims(program)).toEqual([]);
  });

  it("is a StatefulSet with a claim for each pod where the audit log is in files", async () => {
    const program = await run({}, { gateway: { auditLog } });
    const { owner, spec } = podOf(program, "gateway");
    expect(owner.type).toBe("kubernetes:apps/v1:StatefulSet");
    expect(owner.inputs["spec"]).toMatchObject({
      replicas: 2,
      volumeClaimTemplates: [{ metadata: { name: "gateway-audit" } }],
    });
    expect(claims(program)).toEqual([
      "temporal-c-gateway-audit-gateway-0",
      "temporal-c-gateway-audit-gateway-1",
    ]);
    for (const name of claims(program)) {
      expect(program.named(name).inputs["spec"]).toMatchObject({
        resources: { requests: { storage: "20Gi" } },
      });
    }
    expect(spec.containers[0]).toMatchObject({
      command: ["/bin/sh", "/etc/gateway/start.sh"],
      volumeMounts: expect.arrayContaining([
        expect.objectContaining({ name: "gateway-audit", mountPath: "/var/log/gateway" }),
      ]) as unknown,
    });
  });

  it("comes after a task in which HAProxy has judged the same config", async () => {
    const program = await run();
    const { owner, spec } = podOf(program, "gateway");
    expect([...everythingBefore(program, owner)]).toContain(check);
    const judged = podOf(program, "gateway-check");
    expect(judged.owner.name).toBe(check);
    expect(judged.spec.containers[0]).toMatchObject({
      image: spec.containers[0]?.image,
      command: ["haproxy", "-c", "-f", "/etc/gateway/haproxy.cfg"],
      env: [{ name: "POD_IP" }],
    });
    const config = (name: string): unknown =>
      (program.named(`temporal-c-${name}-files`).inputs["data"] as Record<string, unknown>)[
        "etc.gateway.haproxy.cfg"
      ];
    expect(config("gateway")).toMatch(/^global\n/);
    expect(config("gateway-check")).toEqual(config("gateway"));
  });

  it("has the hash of the header that the web UI's user sends, and not the password", async () => {
    const header = basicAuthorization("ops", "generated-c-gateway-password");
    expect(header).toMatch(/^Basic [A-Za-z0-9+/]+=*$/);
    const program = await run({}, { gateway: { user: "ops" } });
    const secret = program.named("temporal-c-ui-authorization-sha256");
    expect(Object.values(secret.inputs["stringData"] as object)).toEqual([
      createHash("sha256").update(header).digest("hex"),
    ]);
    expect(podOf(program, "gateway").spec.containers[0]?.env).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: "UI_AUTHORIZATION_SHA256" })]),
    );
  });

  it("has time to let polls end, by the image's own signal", async () => {
    const { spec } = podOf(await run(), "gateway");
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(70 + 5);
    expect(spec.containers[0]?.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  });
});
