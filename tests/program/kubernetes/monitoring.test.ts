import { describe, expect, it } from "vitest";
import { type Recorded, type Recording, runProgram } from "../../../testkit/harness.ts";
import { callers } from "./callers.ts";

/** Runs a cluster on Kubernetes that is watched so. */
function run(monitoring: object, cluster: object = {}): Promise<Recording> {
  const target = { kind: "kubernetes", context: "x", namespace: "shop" };
  return runProgram({
    stack: "prod",
    config: { clusters: [{ name: "c", target, monitoring, ...cluster }] },
  });
}

const api = "kubernetes:monitoring.coreos.com/v1";
const roles = ["frontend", "history", "matching", "worker"] as const;

/** What makes the pods of a part. */
function controllerOf(program: Recording, part: string): Recorded | undefined {
  return ["Deployment", "StatefulSet"]
    .flatMap((kind) => program.ofType(`kubernetes:apps/v1:${kind}`))
    .find(({ name }) => name === `temporal-c-${part}`);
}

/** Annotations of the pods of a part. */
function annotationsOf(program: Recording, part: string): unknown {
  const { spec } = (controllerOf(program, part)?.inputs ?? {}) as {
    readonly spec?: { readonly template: { readonly metadata: { annotations?: unknown } } };
  };
  return spec?.template.metadata.annotations;
}

describe("a managed Prometheus on Kubernetes", () => {
  it("is a StatefulSet with a claim, which outlives a protected cluster's monitoring", async () => {
    const program = await run({ kind: "managed", storage: "5GiB" });
    expect(controllerOf(program, "prometheus")?.type).toBe("kubernetes:apps/v1:StatefulSet");
    const claims = program
      .ofType("kubernetes:core/v1:PersistentVolumeClaim")
      .filter(({ name }) => name.includes("prometheus"));
    expect(claims).toHaveLength(1);
    expect(claims[0]?.inputs).toMatchObject({
      spec: { resources: { requests: { storage: "5Gi" } } },
    });
    expect(claims[0]?.options).toMatchObject({ retainOnDelete: true });
    expect(claims[0]?.options.protect ?? false).toBe(false);
  });

  it("may read the metrics of the roles and of the gateway, and only the namespace for monitoring may ask it", async () => {
    const allowed = callers(await run({ kind: "managed" }), "c");
    for (const role of roles) {
      expect(allowed.find((line) => line.startsWith(`${role}:9090 `))).toMatch(/\bprometheus\b/);
    }
    expect(allowed.find((line) => line.startsWith("gateway:9101 "))).toMatch(/\bprometheus\b/);
    const own = allowed.filter((line) => line.startsWith("prometheus:"));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatch(/^prometheus:9090 .*\bmonitoring\b/);
  });

  it("finds every gateway by a headless Service", async () => {
    const program = await run({ kind: "managed" });
    expect(program.named("temporal-c-gateway-headless").inputs).toMatchObject({
      spec: { clusterIP: "None" },
    });
  });
});

describe("an operator's Prometheus", () => {
  it("is told the pods, their port, and to leave Temporal's own label namespace as it is", async () => {
    const labels = { release: "kube-prometheus-stack" };
    const program = await run({ kind: "operator", labels });
    const [monitor] = program.ofType(`${api}:PodMonitor`);
    expect(monitor?.inputs).toMatchObject({
      metadata: { name: "temporal", namespace: "shop", labels },
      spec: {
        selector: {
          matchLabels: { "app.kubernetes.io/instance": "c" },
          matchExpressions: [
            {
              key: "app.kubernetes.io/component",
              operator: "In",
              values: [
                ...["history", "matching", "frontend", "worker", "gateway"],
                "postgres-exporter",
              ],
            },
          ],
        },
        podMetricsEndpoints: [{ port: "metrics", path: "/metrics", honorLabels: true }],
      },
    });
    expect(program.resources.filter(({ name }) => name.includes("prometheus"))).toEqual([]);
  });

  it("is given the rules, with the cluster's name in each", async () => {
    const program = await run({ kind: "operator", runbooks: "https://wiki.example.com/alerts" });
    const [rules] = program.ofType(`${api}:PrometheusRule`);
    const { spec } = (rules?.inputs ?? {}) as {
      readonly spec?: { readonly groups: readonly { readonly rules: readonly Alert[] }[] };
    };
    const all = spec?.groups.flatMap((group) => group.rules) ?? [];
    expect(all.length).toBeGreaterThan(30);
    for (const { alert, labels, annotations } of all) {
      expect(labels).toMatchObject({ temporal_cluster: "c" });
      if (alert === undefined) continue;
      expect(annotations?.["runbook_url"]).toBe(
        `https://wiki.example.com/alerts#${alert.toLowerCase()}`,
      );
    }
  });

  it("has nothing to read in a cluster that is stopped", async () => {
    const program = await runProgram({
      stack: "prod",
      environment: { TEMPORAL_LIFECYCLE: "stopped" },
      config: {
        clusters: [
          {
            name: "c",
            target: { kind: "kubernetes", context: "x", namespace: "shop" },
            monitoring: { kind: "operator" },
          },
        ],
      },
    });
    expect(program.ofType(`${api}:PodMonitor`)).toEqual([]);
  });
});

/** A rule, as far as it is looked at. */
interface Alert {
  readonly alert?: string;
  readonly labels?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

describe("annotations", () => {
  it("are on the pods that have metrics, and on no others", async () => {
    const program = await run({ kind: "annotations" });
    const at = (port: number): object => ({
      "prometheus.io/scrape": "true",
      "prometheus.io/port": String(port),
      "prometheus.io/path": "/metrics",
    });
    for (const role of roles) expect(annotationsOf(program, role)).toEqual(at(9090));
    expect(annotationsOf(program, "gateway")).toEqual(at(9101));
    expect(annotationsOf(program, "ui")).toBeUndefined();
    expect(annotationsOf(program, "postgres")).toBeUndefined();
  });

  it("are on none where Prometheus finds pods otherwise", async () => {
    expect(annotationsOf(await run({ kind: "managed" }), "history")).toBeUndefined();
  });
});
