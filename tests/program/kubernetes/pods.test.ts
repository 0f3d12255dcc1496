import { beforeAll, describe, expect, it } from "vitest";
import { type Recording, runOnKubernetes, runProgram } from "../../../testkit/harness.ts";
import { type Container, type Pod, podsOf, violations } from "../../../testkit/pods.ts";

let program: Recording;
let pods: readonly Pod[];

beforeAll(async () => {
  program = await runProgram({ stack: "prod" });
  pods = podsOf(program);
});

const pod = (component: string): Pod => {
  const found = pods.find((one) => one.component === component);
  if (found === undefined) throw new Error(`there is no pod of ${component}`);
  return found;
};
const container = (component: string): Container => {
  const [first] = pod(component).spec.containers;
  if (first === undefined) throw new Error(`the pod of ${component} has no container`);
  return first;
};
const workloads = (): readonly Pod[] => pods.filter(({ owner }) => !owner.type.endsWith(":Job"));

describe("every pod", () => {
  it("is one of the seven workloads or the five tasks", () => {
    expect(pods.map(({ component }) => component).sort()).toEqual(
      [
        ...["cluster-metadata", "config-check", "frontend", "gateway", "gateway-check", "history"],
        ...["matching", "postgres", "schema", "ui", "worker"],
      ].sort(),
    );
  });

  it("passes the restricted Pod Security Standard, which its namespace enforces", () => {
    for (const { spec } of pods) expect(violations(spec)).toEqual([]);
    expect(program.named("temporal-prod-namespace").inputs["metadata"]).toMatchObject({
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
  });

  it("has no token of the API, no links to services, no capabilities, and a read-only root file system", () => {
    for (const { spec } of pods) {
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        serviceAccountName: "temporal-prod",
      });
      for (const { securityContext } of spec.containers) {
        expect(securityContext).toMatchObject({
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(securityContext?.capabilities).not.toHaveProperty("add");
      }
    }
  });

  it("runs an image with an exact version", () => {
    for (const { spec } of pods) {
      for (const { image } of spec.containers) {
        expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-bookworm|-alpine)?$/);
      }
    }
  });

  it("asks for what it may use: all of its memory, and some processor time", () => {
    for (const { spec } of pods) {
      for (const { resources } of spec.containers) {
        expect(resources.requests["memory"]).toBe(resources.limits["memory"]);
        expect(resources.requests["cpu"]).toMatch(/^\d+m$/);
      }
    }
  });

  it("goes to another node and zone than its fellows", () => {
    for (const { spec, labels } of workloads()) {
      const labelSelector = {
        matchLabels: {
          "app.kubernetes.io/instance": "prod",
          "app.kubernetes.io/component": labels["app.kubernetes.io/component"],
        },
      };
      expect(spec).toMatchObject({
        topologySpreadConstraints: [{ topologyKey: "topology.kubernetes.io/zone", labelSelector }],
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector } },
            ],
          },
        },
      });
    }
  });
});

describe("the checker of the standard", () => {
  const good = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  };
  const inside = {
    ...{ name: "c", image: "i", resources: { requests: {}, limits: {} } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };

  it.each([
    ["hostNetwork", { ...good, hostNetwork: true }, inside],
    ["runAsNonRoot", { securityContext: { seccompProfile: { type: "RuntimeDefault" } } }, inside],
    ["seccompProfile", { securityContext: { runAsNonRoot: true } }, inside],
    ["volumes", { ...good, volumes: [{ name: "v", hostPath: { path: "/" } }] }, inside],
    [
      "c: allowPrivilegeEscalation",
      good,
      { ...inside, securityContext: { capabilities: { drop: ["ALL"] } } },
    ],
    [
      "c: capabilities.drop",
      good,
      { ...inside, securityContext: { allowPrivilegeEscalation: false } },
    ],
    ["c: hostPort", good, { ...inside, ports: [{ hostPort: 1 }] }],
  ])("finds %s", (what, spec, only) => {
    expect(violations({ ...spec, containers: [only] })).toEqual([what]);
  });
});

describe("the probes", () => {
  it("readiness is what a role says of itself", () => {
    expect(container("history").readinessProbe).toMatchObject({
      grpc: { service: "temporal.api.workflowservice.v1.HistoryService" },
    });
    expect(container("worker").readinessProbe).toMatchObject({ grpc: {} });
    expect(container("gateway").readinessProbe).toMatchObject({ httpGet: { path: "/ready" } });
  });

  it("history of few shards is ready when it takes connections", async () => {
    const few = await runOnKubernetes({}, { server: { numHistoryShards: 16 } });
    const history = podsOf(few).find(({ component }) => component === "history");
    expect(history?.spec.containers[0]?.readinessProbe).toMatchObject({
      tcpSocket: { port: 7234 },
      periodSeconds: 1,
    });
  });

  it("liveness is never more than taking connections: what loads shards slowly must not be killed for it", () => {
    for (const { spec } of workloads()) {
      for (const { livenessProbe, startupProbe } of spec.containers) {
        expect(Object.keys(livenessProbe ?? {})).toContain("tcpSocket");
        expect(Object.keys(startupProbe ?? {})).toContain("tcpSocket");
      }
    }
  });

  it("ask every second where somebody waits for the answer, and rarely whether it lives", () => {
    for (const { spec } of workloads()) {
      for (const { startupProbe, readinessProbe, livenessProbe } of spec.containers) {
        expect(startupProbe).toMatchObject({ periodSeconds: 1 });
        expect(readinessProbe).toMatchObject({ periodSeconds: 1 });
        expect(livenessProbe).toMatchObject({ periodSeconds: 10 });
      }
    }
  });
});

describe("processor time", () => {
  it("has no limit on history: a throttled owner of shards loses them", () => {
    expect(container("history").resources.limits).not.toHaveProperty("cpu");
  });
});

describe("leaving", () => {
  /** Seconds of a duration of dynamic config. */
  const settings = (): Readonly<Record<string, number>> => {
    const map = program.named("temporal-prod-dynamic-config").inputs["data"];
    const text = Object.values(map as Record<string, string>).join("\n");
    return Object.fromEntries(
      [...text.matchAll(/^(\S+):\n(?: *-)? *value: "?(\d+)s"?$/gm)].map(
        ([, key = "", value]): [string, number] => [key, Number(value)],
      ),
    );
  };

  it.each([
    ["frontend", ["frontend.shutdownFailHealthCheckDuration", "frontend.shutdownDrainDuration"]],
    ["history", ["history.alignMembershipChange"]],
    ["matching", ["matching.alignMembershipChange", "matching.shutdownDrainDuration"]],
  ])("%s has more time to end than it takes by its own settings", (role, keys) => {
    const waits = keys.map((key) => settings()[key] ?? Number.NaN);
    const sum = waits.reduce((total, wait) => total + wait, 0);
    expect(sum).toBeGreaterThan(0);
    expect(pod(role).spec.terminationGracePeriodSeconds).toBeGreaterThan(sum + 15);
  });

  it.each(["frontend", "ui", "gateway"])(
    "%s goes on for a moment, until nodes and balancers know that it goes",
    (name) => {
      expect(container(name).lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
    },
  );

  it.each(["history", "matching", "worker"])("%s goes at once: members tell each other", (role) => {
    expect(container(role)).not.toHaveProperty("lifecycle");
  });

  it("PostgreSQL gets its own signal", () => {
    expect(container("postgres").lifecycle).toEqual({
      preStop: { exec: { command: ["/bin/sh", "-c", "kill -s INT 1"] } },
    });
  });
});
