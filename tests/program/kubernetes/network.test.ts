import { describe, expect, it } from "vitest";
import { runOnKubernetes as run } from "../../../testkit/harness.ts";
import { callers } from "./callers.ts";

const nodes = { kind: "node-port", address: "10.0.0.1" };
const open = { ...nodes, authorization: "none" };

describe("who may connect to whom", () => {
  it("is only who must", async () => {
    const roles = "frontend history matching worker";
    expect(callers(await run(), "c")).toEqual(
      [
        "postgres:5432 ← cluster-metadata frontend history matching schema worker",
        ...["frontend:6933", "history:6934", "matching:6935", "worker:6939"].map(
          (membership) => `${membership} ← ${roles}`,
        ),
        "frontend:7233 ← frontend gateway history matching namespace temporal ui worker",
        "frontend:7243 ← frontend gateway history matching namespace temporal worker",
        "gateway:7233 ← namespace temporal",
        `history:7234 ← ${roles}`,
        `matching:7235 ← ${roles}`,
        `worker:7239 ← ${roles}`,
        "ui:8080 ← gateway",
        ...["frontend", "history", "matching", "worker"].map(
          (role) => `${role}:9090 ← namespace monitoring`,
        ),
      ].sort(),
    );
  });

  it("is nobody else", async () => {
    expect((await run()).named("temporal-c-deny-all").inputs["spec"]).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/instance": "c" } },
      policyTypes: ["Ingress"],
    });
  });

  it.each<[string, object, readonly string[]]>([
    [
      "programs of the namespaces that the user names",
      { network: { clientNamespaces: ["apps", "jobs"] } },
      [
        "gateway:7233 ← namespace apps,jobs",
        "frontend:7233 ← frontend gateway history matching namespace apps,jobs ui worker",
      ],
    ],
    [
      "everyone, where the user says so",
      { network: { clientNamespaces: "all" } },
      ["gateway:7233 ← everyone", "frontend:7233 ← everyone"],
    ],
    [
      "everyone at the web UI's own port, where that is exposed",
      { exposure: { ui: nodes } },
      ["gateway:7233 ← namespace temporal", "gateway:8233 ← everyone"],
    ],
    [
      "everyone at gRPC's own port, where that is exposed",
      { exposure: { grpc: open } },
      ["gateway:7233 ← namespace temporal", "gateway:9233 ← everyone"],
    ],
    [
      "everyone at the frontend, where that is exposed",
      { exposure: { frontend: open } },
      ["gateway:7233 ← namespace temporal", "frontend:7233 ← everyone"],
    ],
  ])("is %s", async (_who, target, expected) => {
    const found = callers(await run(target), "c").filter((line) =>
      /^(gateway:|frontend:7233 )/.test(line),
    );
    expect(found).toEqual(expect.arrayContaining([...expected]));
    const gateway = (line: string): boolean => line.startsWith("gateway:");
    expect(found.filter(gateway)).toEqual(expected.filter(gateway));
  });
});
