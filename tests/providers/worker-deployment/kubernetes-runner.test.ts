import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { objectName } from "../../../providers/temporal/worker-deployment/kubernetes-manifest.ts";
import { KubernetesRunner } from "../../../providers/temporal/worker-deployment/kubernetes-runner.ts";
import type { WantedVersion } from "../../../providers/temporal/worker-deployment/runner.ts";
import { FakeApiServer } from "../../../testkit/fake-api-server.ts";

let server: FakeApiServer;
let runner: KubernetesRunner;
const directory = mkdtempSync(join(tmpdir(), "kubernetes-runner-"));
const deployments = "apis/apps/v1/namespaces/orders/deployments";

beforeAll(async () => {
  server = await FakeApiServer.start();
  const kubeconfig = join(directory, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig);
  const place = {
    ...({ kind: "kubernetes", kubeconfig, context: "fake", namespace: "orders" } as const),
    labels: { "temporal-platform/stopped": "workers" },
    secretVariables: { TOKEN: { name: "token-2", key: "value" } },
  };
  runner = new KubernetesRunner(place, "worker-orders");
});

afterEach(() => {
  server.objects.clear();
  server.refusals.clear();
  server.asked.length = 0;
});

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

function version(buildId: string, more: Partial<WantedVersion> = {}): WantedVersion {
  const env = [
    { name: "LEVEL", value: "debug" },
    { name: "TOKEN", valueFrom: { secretKeyRef: { name: "token", key: "value" } } },
  ];
  const manifest = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { labels: { "app.kubernetes.io/instance": "prod" } },
    spec: {
      strategy: { type: "RollingUpdate" },
      template: { spec: { containers: [{ name: "worker", image: "orders:1", env }] } },
    },
  };
  return { buildId, spec: { manifest }, environment: { LEVEL: "info" }, replicas: 2, ...more };
}

describe("versions on Kubernetes", () => {
  it("are Deployments of their own, applied by the server", async () => {
    await runner.start(version("v1"));
    const own = { "temporal-platform/worker": "worker-orders", "temporal-platform/build-id": "v1" };
    expect(server.objects.get(`${deployments}/worker-orders-v1`)).toMatchObject({
      metadata: {
        name: "worker-orders-v1",
        labels: {
          "app.kubernetes.io/instance": "prod",
          "temporal-platform/stopped": "workers",
          ...own,
        },
      },
      spec: {
        replicas: 2,
        strategy: { type: "RollingUpdate" },
        selector: { matchLabels: own },
        template: {
          metadata: { labels: own },
          spec: {
            containers: [
              {
                image: "orders:1",
                env: [
                  { name: "LEVEL", value: "info" },
                  // That of all versions is over the version's own.
                  { name: "TOKEN", valueFrom: { secretKeyRef: { name: "token-2" } } },
                ],
              },
            ],
          },
        },
      },
    });
    const [patch] = server.asked.filter(({ method }) => method === "PATCH");
    expect(Object.fromEntries(patch?.query ?? [])).toMatchObject({
      ...{ fieldManager: "temporal-platform", force: "true" },
    });
  });

  it("are seen with their build ids and what they were started from", async () => {
    await runner.start(version("v1"));
    await runner.start(version("v2", { replicas: 1 }));
    expect(await runner.observe()).toEqual([
      { buildId: "v1", replicas: 2, fingerprint: runner.fingerprint(version("v1")) },
      { buildId: "v2", replicas: 1, fingerprint: runner.fingerprint(version("v2")) },
    ]);
    const [list] = server.asked.filter(({ path }) => path === deployments);
    expect(list?.query.get("labelSelector")).toBe("temporal-platform/worker=worker-orders");
  });

  it("leave their number to whoever scales them", async () => {
    await runner.start(version("v1", { replicas: undefined }));
    const { spec } = server.objects.get(`${deployments}/worker-orders-v1`) as { spec: object };
    expect(spec).not.toHaveProperty("replicas");
  });

  it("are gone with their last pod", async () => {
    await runner.start(version("v1"));
    await runner.stop("v1");
    expect(server.objects.size).toBe(0);
    const { query } = server.asked.find(({ method }) => method === "DELETE") ?? {};
    expect(query?.get("propagationPolicy")).toBe("Foreground");
    await runner.stop("v1");
  });

  it("tell how their pods are", async () => {
    server.objects.set("api/v1/namespaces/orders/pods/worker-orders-v1-x", {
      metadata: { name: "worker-orders-v1-x" },
      status: {
        phase: "Pending",
        containerStatuses: [
          {
            restartCount: 2,
            state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
          },
        ],
      },
    });
    expect(await runner.complaint(version("v1"))).toBe(
      "Pod worker-orders-v1-x: Pending, CrashLoopBackOff, back-off, started again 2 times (see `kubectl logs worker-orders-v1-x -n orders`)",
    );
    server.objects.clear();
    expect(await runner.complaint(version("v1"))).toContain("worker-orders-v1 has no pods");
  });

  it("say what the cluster refuses", async () => {
    server.refusals.set(`${deployments}/worker-orders-v1`, [403, "may not patch deployments"]);
    await expect(runner.start(version("v1"))).rejects.toThrow(
      "versions of worker-orders in namespace orders of context fake could not be applied (may not patch deployments)",
    );
  });
});

describe("the name of a version's Deployment", () => {
  it("is that of the worker and the build id", () => {
    expect(objectName("orders", "v1")).toBe("orders-v1");
  });

  it("differs for build ids that differ, whatever of them can stand in it", () => {
    expect(objectName("orders", "1.4.2_A")).toMatch(/^orders-1-4-2-a-[0-9a-f]{8}$/);
    expect(objectName("orders", "1.4.2_A")).not.toBe(objectName("orders", "1.4.2_a"));
    const long = objectName("orders", `a${"b".repeat(60)}`);
    expect(long).toMatch(/^orders-ab+-[0-9a-f]{8}$/);
    expect(long.length).toBeLessThanOrEqual(46);
  });
});
