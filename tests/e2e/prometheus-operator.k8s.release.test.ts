/**
 * A cluster on Kubernetes that is watched by a Prometheus of somebody else's: by a Prometheus operator, which goes by objects of its kinds, and by one
 * that goes by annotations of pods. Nothing is made by hand but what the somebody has: the operator, and the Prometheus.
 */
import { AppsV1Api, CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { archiveImage, postgresExporterImage } from "../../platform/images.ts";
import { rulesOf } from "../../platform/monitoring/rules.ts";
import { sidecarDashboards } from "../../platform/monitoring/sidecar.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { imagesInCluster, imagesOn } from "../../testkit/images.ts";
import { arrangeOnKubernetes, type KubernetesSubject } from "../../testkit/kubernetes-subject.ts";
import { MonitoringNamespace } from "../../testkit/monitoring-namespace.ts";
import type { PrometheusApi, Target } from "../../testkit/prometheus-api.ts";
import { operatorRelease } from "../../testkit/prometheus-operator.ts";
import { temporal } from "../../testkit/temporal-cli.ts";
import { testCluster } from "../../testkit/test-cluster.ts";

/** By which the operator's Prometheus finds the objects. */
const labels = { release: "of-a-test" };
/** What both kinds of Prometheus are to scrape. */
const expected = [
  ...["archive", "frontend", "gateway", "gateway", "history", "history", "matching"],
  ...["postgres-exporter", "worker"],
];
/** Longer than the kubelet takes to bring a config, two scrapes and the time for which an alert has to hold. */
const soon = { timeout: 300_000, interval: 2_000 } as const;

let subject: KubernetesSubject;
let monitoring: MonitoringNamespace;

/** The cluster, watched so. */
const watched = (choice: object): object => ({
  name: subject.name,
  target: { ...subject.target, network: { monitoringNamespace: monitoring.name } },
  server: { numHistoryShards: 16, roles: { history: { replicas: 2 } } },
  archival: { kind: "managed" },
  monitoring: choice,
});
const byOperator = { kind: "operator", labels, dashboards: { kind: "grafana-sidecar" } };
const configure = (choice: object): Promise<void> =>
  subject.stack.configure({ clusters: [watched(choice)] });

/** A target as its part's name and health, and why it is not up. */
const told =
  (part: string) =>
  ({ labels: its, health, lastError }: Target): string =>
    [its[part] ?? "", health, lastError].filter((word) => word !== "").join(" ");
const allUp = expected.map((part) => `${part} up`);

/** Names of the objects of a kind of the operator's. */
async function objectsOf(plural: string): Promise<readonly string[]> {
  const custom = subject.cluster.config.makeApiClient(CustomObjectsApi);
  const list: unknown = await custom.listNamespacedCustomObject({
    ...{ group: "monitoring.coreos.com", version: "v1", plural },
    namespace: subject.namespace,
  });
  const items = z.array(z.object({ metadata: z.object({ name: z.string() }) }));
  return z
    .object({ items })
    .parse(list)
    .items.map(({ metadata }) => metadata.name);
}

/** Sets the number of pods of a role, as `kubectl scale` does. */
async function scale(name: string, replicas: number): Promise<void> {
  const { namespace, cluster } = subject;
  const apps = cluster.config.makeApiClient(AppsV1Api);
  const body = await apps.readNamespacedDeploymentScale({ name, namespace });
  if (body.spec === undefined) throw new Error("the Deployment has no scale");
  body.spec.replicas = replicas;
  await apps.replaceNamespacedDeploymentScale({ name, namespace, body });
}

beforeAll(async () => {
  const cluster = await testCluster();
  await imagesOn(new Docker(), ["postgresExporter", "archive"]);
  await imagesInCluster(
    cluster,
    [postgresExporterImage(), archiveImage()].map(({ reference }) => reference),
  );
  const release = await operatorRelease(cluster);
  console.log(`operator ${release.version}, Prometheus ${release.prometheusVersion}`);
  subject = await arrangeOnKubernetes("operated", { cluster });
  monitoring = await MonitoringNamespace.create(cluster, release, `${subject.name}-monitoring`);
});

afterAll(async () => {
  await subject.dispose();
  await monitoring.dispose();
});

describe("a Kubernetes cluster without a Prometheus operator", () => {
  it("is told of at preview, with the key and what to do", async () => {
    await configure(byOperator);
    const { exitCode, output } = await subject.stack.preview();
    expect(exitCode).not.toBe(0);
    expect(output.replace(/\s+/g, " ")).toContain(
      `clusters[${subject.name}]: monitoring.kind operator needs a Prometheus operator, whose PodMonitor and PrometheusRule (monitoring.coreos.com/v1) the API server does not have: install one`,
    );
  });
});

describe("the Prometheus of an operator", () => {
  let prometheus: PrometheusApi;

  beforeAll(async () => {
    prometheus = await monitoring.installOperator(labels, subject.namespace);
    await configure(byOperator);
    await subject.stack.up();
  });

  it("scrapes every replica of every role, and everything beside them", async () => {
    const found = async (): Promise<readonly string[]> =>
      (await prometheus.targets()).map(told("job")).sort();
    await expect.poll(found, soon).toEqual(allUp);
  });

  it("has every group of rules, and evaluates each rule without an error", async () => {
    const wanted = rulesOf(clusterWith(watched(byOperator)))
      .map(({ name, rules }) => `${name}: ${rules.length}`)
      .sort();
    const loaded = async (): Promise<readonly string[]> =>
      (await prometheus.groups()).map(({ name, rules }) => `${name}: ${rules.length}`).sort();
    await expect.poll(loaded, soon).toEqual(wanted);
    const unwell = async (): Promise<readonly string[]> =>
      (await prometheus.groups())
        .flatMap(({ rules }) => rules)
        .filter(({ health }) => health !== "ok")
        .map(({ name, health, lastError = "" }) => `${name}: ${health} ${lastError}`);
    await expect.poll(unwell, soon).toEqual([]);
  });

  it("leaves Temporal's own label namespace as it is, and tells clusters apart", async () => {
    const { clusters } = (await subject.stack.outputs()) as {
      clusters: Record<string, { grpcAddress: string }>;
    };
    const address = clusters[subject.name]?.grpcAddress ?? "";
    await temporal(address, "workflow", "list", "--namespace", "default");
    const calls = `service_requests{job="frontend",temporal_cluster="${subject.name}",namespace="default"}`;
    await expect.poll(() => prometheus.now(calls), soon).not.toEqual([]);
    expect(await prometheus.now(`{exported_namespace!=""}`)).toEqual([]);
  });

  it("fires nothing in a cluster that is well, and an alert when a role is gone, until it is back", async () => {
    const firing = `ALERTS{alertstate="firing"}`;
    expect(await prometheus.now(firing)).toEqual([]);
    const down = `ALERTS{alertname="TemporalRoleDown",job="matching",alertstate="firing"}`;
    const start = performance.now();
    await scale("matching", 0);
    await expect.poll(() => prometheus.now(down), soon).toHaveLength(1);
    console.log(`TemporalRoleDown fired after ${Math.round((performance.now() - start) / 1000)} s`);
    expect(await prometheus.now(down)).toMatchObject([
      { severity: "critical", temporal_cluster: subject.name },
    ]);
    await scale("matching", 1);
    await expect.poll(() => prometheus.now(down), soon).toEqual([]);
  });

  it("stands beside dashboards, each of which is JSON in a ConfigMap that Kubernetes takes", async () => {
    const core = subject.cluster.config.makeApiClient(CoreV1Api);
    const { items } = await core.listNamespacedConfigMap({
      namespace: subject.namespace,
      labelSelector: "grafana_dashboard=1",
    });
    const texts = items.flatMap(({ data = {} }) => Object.values(data));
    const titles = texts.map(
      (text) => z.looseObject({ title: z.string() }).parse(JSON.parse(text)).title,
    );
    const wanted = sidecarDashboards(clusterWith(watched(byOperator)));
    expect(wanted.length).toBeGreaterThan(0);
    expect(titles).toHaveLength(wanted.length);
    expect(new Set(titles).size).toBe(wanted.length);
    const sizes = texts.map((text) => Buffer.byteLength(text));
    console.log(`dashboards: ${Math.round(Math.max(...sizes) / 1024)} KiB at most`);
    // Half of the limit, so that there is room.
    expect(Math.max(...sizes)).toBeLessThan(2 ** 19);
  });

  it("a second up changes nothing", async () => {
    expect(await subject.stack.up()).toEqual({
      ...{ created: [], updated: [], replaced: [], deleted: [] },
    });
  });
});

describe("a Prometheus that goes by annotations", () => {
  let prometheus: PrometheusApi;

  beforeAll(async () => {
    await configure({ kind: "annotations" });
    await subject.stack.up();
    prometheus = await monitoring.runAnnotated();
  });

  it("scrapes every replica of every role, and everything beside them", async () => {
    const found = async (): Promise<readonly string[]> =>
      (await prometheus.targets()).map(told("app_kubernetes_io_component")).sort();
    await expect.poll(found, soon).toEqual(allUp);
  });

  it("calls Temporal's namespace exported_namespace, since it has one of its own", async () => {
    const own = `service_requests{namespace="${subject.namespace}",exported_namespace!=""}`;
    await expect.poll(() => prometheus.now(own), soon).not.toEqual([]);
  });

  it("is told by nothing else: the operator's objects are gone", async () => {
    expect(await objectsOf("podmonitors")).toEqual([]);
    expect(await objectsOf("prometheusrules")).toEqual([]);
  });
});
